/** The form that is open over a page of the duty room: one at a time. */
import { shallowRef } from 'vue'
import type { Kind, Values } from './commands'
import type { Outcome } from './dossiers'

export interface Asked {
  kind: Kind
  /** The form, by its name in `COMMANDS`. */
  name: string
  /** The dossier; none where one is begun. */
  id?: string | undefined
  /** The version that was looked at, for commands that answer for it. */
  version?: number | undefined
  /** What it is about, beside the command's name. */
  about?: string | undefined
  /** Sent as it is; its fields are not asked for. */
  given?: Values | undefined
  /** Stands in the form when it opens. */
  filled?: Values | undefined
  /** Whose people may be named. */
  centre?: string | undefined
  /** Once the server has taken it. */
  after?: (outcome: Outcome) => unknown
}

export const asked = shallowRef<Asked>()
