/** Names as the duty room says them. */
import { computed } from 'vue'
import { session } from '@/session/session'
import { language } from '@/words/i18n'
import { areaName, directory, listed, staffByLogin, staffNamed, unitName } from '@/words/directory'

/** People by name alone. */
export const personName = (id: string | null | undefined): string => (id ? staffNamed(id).name : '')

/** Several units by name. */
export function unitNames(ids: readonly string[]): string {
  return listed(ids.map(unitName))
}

const UNITS: Record<string, string> = { 公顷: 'ha', 万元: '10,000 yuan' }

/** The unit in which a figure of losses is printed; in English what is counted stands in the field's name. */
export function unitWords(unit: string): string {
  return language.value === 'en' ? (UNITS[unit] ?? '') : unit
}

/** Several areas by name. */
export function areaNames(ids: readonly string[]): string {
  return listed(ids.map(id => areaName(id)))
}

/** The governments of a centre's area do duty there as well. */
export function dutyUnits(centre: string): string[] {
  const { units } = directory.value
  const area = units.get(centre)?.area
  return [centre, ...[...units.values()].filter(u => u.kind === 'government' && u.area === area).map(u => u.id)]
}

/** The centre at which the reader does duty: the own unit, or that of its area. */
export const ownCentre = computed(() => {
  const { units } = directory.value
  const own = units.get(session.value?.unit ?? '')
  if (!own || own.kind === 'centre') return own?.id
  return [...units.values()].find(unit => unit.kind === 'centre' && unit.area === own.area)?.id
})

/** Who the reader is, among the people of the house. */
export const ownStaff = computed(() => staffByLogin(session.value?.login)?.id)
