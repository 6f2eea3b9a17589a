/** The board of all centres in the shape in which it is read: levels, and under each county its towns. */
interface Centre {
  centre: string
  area: string
  level?: string | null | undefined
  hole: boolean
}

export interface Block<C extends Centre> {
  /** The area that holds them; none for the city itself. */
  area: string | undefined
  head: C | undefined
  towns: C[]
}

/** The city, then each county with its towns. `parent` tells in which area an area lies. */
export function blocks<C extends Centre>(
  centres: readonly C[],
  parent: (area: string) => string | undefined,
  onlyHoles: boolean,
): Block<C>[] {
  const shown = centres.filter(one => !onlyHoles || one.hole)
  const found = new Map<string | undefined, Block<C>>()
  const block = (area: string | undefined) => {
    const known = found.get(area) ?? { area, head: undefined, towns: [] }
    found.set(area, known)
    return known
  }
  for (const one of shown) {
    if (one.level === 'city') block(undefined).head = one
    else if (one.level === 'county') block(one.area).head = one
    else block(parent(one.area)).towns.push(one)
  }
  return [...found.values()]
}
