/** The open dossiers of the reader's sight, to be picked by what people call them. */
import type { Option } from '@/words/directory'
import { t } from '@/words/i18n'
import type { Kind } from './commands'
import { called, list, open } from './dossiers'

const LINKED: readonly Kind[] = ['urgent', 'incident', 'losses', 'post', 'brief', 'judgement']

/** Of one kind by id; of all kinds by number, which tells the kind. */
export async function openDossiers(kind?: Kind): Promise<Option[]> {
  const found = await Promise.all((kind ? [kind] : LINKED).map(one => ofKind(one, kind !== undefined)))
  return found.flat()
}

async function ofKind(kind: Kind, byId: boolean): Promise<Option[]> {
  const { items } = await list(kind, { limit: 50 })
  return Promise.all(
    items.map(async line => {
      const name = called(kind, await open(kind, line.id))
      const label = byId ? name : `${t(`duty_kind.${kind}`)} · ${name}`
      return { value: byId ? line.id : line.number, label, keys: line.number }
    }),
  )
}
