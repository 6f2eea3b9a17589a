/** The body of a brief, a document as JSON: headings and paragraphs, whatever wrote it. */
export interface Passage {
  heading: boolean
  text: string
}

const HEADINGS = new Set(['title', 'heading', 'name'])

/** Every text of a document in its order; a body that is no JSON is one paragraph. */
export function passages(body: string): Passage[] {
  let document: unknown
  try {
    document = JSON.parse(body)
  } catch {
    return [{ heading: false, text: body }]
  }
  const found: Passage[] = []
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string' && value.trim()) found.push({ heading: HEADINGS.has(key), text: value })
    else if (Array.isArray(value)) value.forEach(one => walk(one, key))
    else if (value && typeof value === 'object') Object.entries(value).forEach(([name, one]) => walk(one, name))
  }
  walk(document, '')
  return found
}

/** What was typed, as a document: one paragraph a line. */
export function written(typed: string): string {
  const paragraphs = typed.split('\n').map(line => line.trim())
  return JSON.stringify({ paragraphs: paragraphs.filter(Boolean) })
}

/** A document as it is typed again. */
export function typed(body: string): string {
  return passages(body)
    .map(passage => passage.text)
    .join('\n')
}
