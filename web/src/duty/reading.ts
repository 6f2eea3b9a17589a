/** What pages of the duty room read, and read again every while. */
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { Query } from '@/api/client'
import { problemOf, type Problem } from '@/api/problem'
import type { Kind } from './commands'
import { called, list, open, type Listed, type Opened, type TextRef } from './dossiers'
import { refreshed } from './refresh'

/** Something of the API; what `of` names is asked for anew when it changes. */
export function useReading<T>(ask: () => Promise<T>, of?: () => unknown) {
  const found = shallowRef<T>()
  const problem = ref<Problem>()
  /** Answers to an older question are thrown away. */
  let question = 0
  async function load(): Promise<void> {
    const mine = ++question
    try {
      const answer = await ask()
      if (mine === question) [found.value, problem.value] = [answer, undefined]
    } catch (thrown) {
      if (mine === question) problem.value = problemOf(thrown)
    }
  }
  if (of) watch(of, () => ((found.value = undefined), void load()))
  refreshed(load)
  return { found, problem, load }
}

/** One dossier; `beside` reads what stands beside its state. */
export function useDossier<K extends Kind, B = undefined>(
  kind: K,
  id: () => string,
  beside?: (opened: Opened<K>) => Promise<B>,
) {
  const ask = async () => {
    const opened = await open(kind, id())
    return { opened, beside: await beside?.(opened) }
  }
  const { found, problem, load } = useReading(ask, id)
  const opened = computed(() => found.value?.opened)
  return {
    opened,
    beside: computed(() => found.value?.beside),
    problem,
    load,
    line: computed(() => opened.value?.line),
    name: computed(() => (opened.value ? called(kind, opened.value) : '')),
    /** The words of a reference. */
    words: (reference: TextRef | null | undefined) => (reference && opened.value?.texts[reference.id]) || '',
  }
}

const PAGE = 50
const MOST = 200

/** Those of a kind that the reader may see, the newest first. */
export function useDossiers<K extends Kind>(kind: K, query: Ref<Query> = ref({})) {
  const items = shallowRef<Listed<K>[]>()
  const asked = ref(PAGE)
  const { found, problem, load } = useReading(
    () => list(kind, { ...query.value, limit: asked.value }),
    () => JSON.stringify(query.value),
  )
  watch(found, page => (items.value = page?.items ?? items.value))
  /** A longer page is read in place of the one that is there. */
  const more = () => ((asked.value = Math.min(asked.value + PAGE, MOST)), load())
  return { items, next: computed(() => found.value?.next && asked.value < MOST), problem, load, more }
}
