/** A list of cases that grows by pages and follows the live feed. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { read } from '@/api/client'
import { followCases } from '@/api/feed'
import { problemOf, type Problem } from '@/api/problem'
import type { CaseLine } from '@/api/types'
import { now } from '@/session/session'
import type { Filter } from './filter'

const PAGE = 50
/** Changes that come closer together than this are taken in at once, in milliseconds. */
const GATHER = 150
/** How long a changed row is marked. */
const MARKED = 4000

export function useCaseList(filter: Ref<Filter>) {
  const lines = shallowRef<CaseLine[]>([])
  const problem = ref<Problem>()
  const loading = ref(false)
  const next = ref<string>()
  const loaded = ref(false)
  /** Numbers of the cases that changed just now. */
  const changed = ref(new Set<string>())
  /** Answers to an older question are thrown away. */
  let asked = 0

  function ask(cursor?: string) {
    const { overdue, ...filters } = filter.value
    const due = overdue ? { due_before: new Date(now.value).toISOString() } : {}
    return read('/api/v1/cases', {}, { ...filters, ...due, limit: PAGE, cursor })
  }

  async function load(cursor?: string): Promise<void> {
    const question = ++asked
    loading.value = true
    problem.value = undefined
    try {
      const page = await ask(cursor)
      if (question !== asked) return
      const known = new Set(cursor ? lines.value.map(l => l.number) : [])
      lines.value = cursor ? [...lines.value, ...page.items.filter(l => !known.has(l.number))] : page.items
      next.value = page.next ?? undefined
      loaded.value = true
    } catch (thrown) {
      if (question === asked) problem.value = problemOf(thrown)
    } finally {
      if (question === asked) loading.value = false
    }
  }

  const more = () => (next.value && !loading.value ? load(next.value) : Promise.resolve())
  watch(filter, () => ((lines.value = []), (loaded.value = false), void load()), { immediate: true })

  /** Takes in what changed: the first page is read again, and rows below it learn their new stage. */
  const stages = new Map<string, { stage: string; main_unit?: string | null }>()
  let gathering: number | undefined
  async function takeIn(): Promise<void> {
    gathering = undefined
    const news = new Map(stages)
    stages.clear()
    const question = asked
    const page = await ask().catch(() => undefined)
    if (!page || question !== asked || loading.value) return
    const fresh = new Map(page.items.map(l => [l.number, l]))
    const last = page.items.at(-1)
    const below = last ? lines.value.findIndex(l => l.number === last.number) : -1
    // Rows below the first page stay, less those that moved up into it or no longer fit the filter.
    const kept = page.next && below >= 0 ? lines.value.slice(below + 1).filter(l => !fresh.has(l.number)) : []
    lines.value = [...page.items, ...kept.map(l => ({ ...l, ...news.get(l.number) }) as CaseLine).filter(fits)]
    if (!kept.length) next.value = page.next ?? undefined
    mark([...news.keys()])
  }

  const fits = (line: CaseLine) => !filter.value.stage || line.stage === filter.value.stage

  function mark(numbers: string[]): void {
    changed.value = new Set([...changed.value, ...numbers])
    window.setTimeout(() => (changed.value = new Set([...changed.value].filter(n => !numbers.includes(n)))), MARKED)
  }

  followCases(
    change => {
      stages.set(change.number, { stage: change.stage, main_unit: change.main_unit })
      gathering ??= window.setTimeout(() => void takeIn(), GATHER)
    },
    () => void load(),
  )
  onScopeDispose(() => window.clearTimeout(gathering))

  const empty = computed(() => loaded.value && !lines.value.length && !problem.value)
  return { lines, problem, loading, next, changed, empty, more, reload: () => load() }
}
