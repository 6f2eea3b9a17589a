/** A list of cases that grows by pages and follows the live feed. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { read } from '@/api/client'
import { followCases } from '@/api/feed'
import { problemOf, type Problem } from '@/api/problem'
import type { CaseLine } from '@/api/types'
import { now } from '@/session/session'
import type { Filter } from './filter'
import { takeIn } from './order'

const PAGE = 50
/** A list that grew beyond this at its head is read anew from the first page once its reader is there. */
const LONG = 400
/** Changes that come closer together than this are taken in at once, in milliseconds. */
const GATHER = 250
/** How long a changed row is marked. */
const MARKED = 2500

export function useCaseList(filter: Ref<Filter>) {
  const lines = shallowRef<CaseLine[]>([])
  const problem = ref<Problem>()
  const loading = ref(true)
  const next = ref<string>()
  const loaded = ref(false)
  /** Numbers of the cases that changed just now. */
  const changed = ref(new Set<string>())
  /** Answers to an older question are thrown away. */
  let asked = 0

  async function load(cursor?: string): Promise<void> {
    const question = ++asked
    loading.value = true
    problem.value = undefined
    const { overdue, ...filters } = filter.value
    const due = overdue ? { due_before: new Date(now.value).toISOString() } : {}
    try {
      const page = await read('/api/v1/cases', {}, { ...filters, ...due, limit: PAGE, cursor })
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
  watch(filter, () => ((lines.value = []), (loaded.value = false), void load()))

  /** The latest of every case that changed and is not taken in yet. */
  const news = new Map<string, CaseLine>()
  let gathering: number | undefined
  function gather(): void {
    gathering = undefined
    // A page that is on its way may be older than the news: they wait for it.
    if (loading.value) return hold()
    // A list that could not be read is read whole when it is asked for again.
    if (!loaded.value) return news.clear()
    if (lines.value.length > LONG && window.scrollY === 0) {
      news.clear()
      return void load()
    }
    lines.value = takeIn(lines.value, [...news.values()], filter.value, now.value, next.value !== undefined)
    mark([...news.keys()])
    news.clear()
  }
  function hold(): void {
    gathering ??= window.setTimeout(gather, GATHER)
  }

  function mark(numbers: string[]): void {
    changed.value = new Set([...changed.value, ...numbers])
    window.setTimeout(() => (changed.value = new Set([...changed.value].filter(n => !numbers.includes(n)))), MARKED)
  }

  followCases(
    change => (news.set(change.number, change), hold()),
    () => void load(),
  )
  onScopeDispose(() => window.clearTimeout(gathering))

  const empty = computed(() => loaded.value && !lines.value.length && !problem.value)
  return { lines, problem, loading, next, changed, empty, more, reload: () => load() }
}
