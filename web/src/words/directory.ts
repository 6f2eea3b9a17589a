/** Areas, units, categories and words by their ids, loaded once for whoever is logged in. */
import { shallowRef } from 'vue'
import { read } from '@/api/client'
import type { Area, Category, StaffName, Unit, Word } from '@/api/types'
import { language, said, t } from './i18n'

class Directory {
  readonly areas: Map<string, Area>
  readonly units: Map<string, Unit>
  readonly categories: Map<string, Category>

  constructor(
    areas: Area[],
    units: Unit[],
    categories: Category[],
    readonly words: Record<string, Word[]>,
  ) {
    this.areas = new Map(areas.map(a => [a.id, a]))
    this.units = new Map(units.map(u => [u.id, u]))
    this.categories = new Map(categories.map(c => [c.id, c]))
  }
}

const empty = new Directory([], [], [], {})

/** Empty until it is loaded; names read as their ids until then. */
export const directory = shallowRef(empty)

export async function loadDirectory(): Promise<void> {
  if (directory.value !== empty) return
  const [areas, units, categories, words] = await Promise.all([
    read('/api/v1/areas'),
    read('/api/v1/units'),
    read('/api/v1/categories'),
    read('/api/v1/words'),
  ])
  directory.value = new Directory(areas, units, categories, words)
}

export function forgetDirectory(): void {
  directory.value = empty
  staff.value = undefined
}

/** Everybody by id. Many people, whom few pages name: loaded by the first one that does. */
const staff = shallowRef<Map<string, StaffName>>()

export async function loadStaff(): Promise<void> {
  if (staff.value) return
  const everybody = await read('/api/v1/staff')
  staff.value = new Map(everybody.map(one => [one.id, one]))
}

/** A person by name and unit; who is not on the list, by id. */
export function staffNamed(id: string): { name: string; unit: string } {
  if (id === 'system') return { name: t('timeline.system'), unit: '' }
  const found = staff.value?.get(id)
  return found ? { name: found.name, unit: unitName(found.unit) } : { name: id, unit: '' }
}

/** Whoever logs in by that name; nobody until the people are loaded. */
export function staffByLogin(login: string | undefined): StaffName | undefined {
  return [...(staff.value?.values() ?? [])].find(one => one.login === login)
}

/** People to be picked: all of them, or those of some units. */
export function staffOptions(units?: ReadonlySet<string>): Option[] {
  return [...(staff.value?.values() ?? [])]
    .filter(one => !units || units.has(one.unit))
    .map(one => ({ value: one.id, label: units ? one.name : `${one.name} · ${unitName(one.unit)}`, keys: one.login }))
}

export function unitName(id: string | null | undefined): string {
  return id ? (directory.value.units.get(id)?.name ?? id) : ''
}

/** An area with those that hold it, below the city: 如东县 · 掘港街道. Governance areas (板块) say so. */
export function areaName(id: string | null | undefined): string {
  const names: string[] = []
  const { areas } = directory.value
  for (let area = id ? areas.get(id) : undefined; area; area = area.parent ? areas.get(area.parent) : undefined) {
    if (area.level !== 'city' || !names.length) names.unshift(area.name)
  }
  const governance = id && areas.get(id)?.layer === 'governance'
  return names.length ? names.join(' · ') + (governance ? t('area.governance') : '') : (id ?? '')
}

export function categoryName(id: string): string {
  const category = directory.value.categories.get(id)
  return category ? said(category) : id
}

/** A category with those above it. */
export function categoryPath(id: string): string {
  const names: string[] = []
  const { categories } = directory.value
  for (
    let category = categories.get(id);
    category;
    category = category.parent ? categories.get(category.parent) : undefined
  ) {
    names.unshift(said(category))
  }
  return names.length ? names.join(' / ') : id
}

/** A word of one of the server's lists: `stage`, `kind`, `channel`, `level`, `grade`, `solved`, `outcome`. */
export function word(list: string, code: string | null | undefined): string {
  if (!code) return ''
  const found = directory.value.words[list]?.find(w => w.code === code)
  return found ? said(found) : code
}

/** Something to be picked. */
export interface Option {
  value: string
  label: string
  /** Pinyin initials and codes, by which it is found as well. */
  keys?: string
}

export function wordOptions(list: string): Option[] {
  return (directory.value.words[list] ?? []).map(w => ({ value: w.code, label: said(w) }))
}

export function unitOptions(): Option[] {
  return [...directory.value.units.values()].map(u => ({
    value: u.id,
    label: u.name,
    keys: `${u.initials ?? ''} ${u.id}`,
  }))
}

export function categoryOptions(): Option[] {
  return [...directory.value.categories.keys()].map(id => ({ value: id, label: categoryPath(id), keys: id }))
}

/** Where a matter can lie: the divisions; a village is found by its town's name as well. */
export function areaOptions(): Option[] {
  const divisions = [...directory.value.areas.values()].filter(a => a.layer === 'division')
  return divisions.map(a => ({ value: a.id, label: areaName(a.id), keys: `${a.code ?? ''} ${a.id}` }))
}

/** Joins names as the tongue does: 、or a comma. */
export function listed(names: string[]): string {
  return names.join(language.value === 'en' ? ', ' : '、')
}
