/** Refusals of the server, as problem documents (RFC 9457). */
export interface Problem {
  status: number
  /** Stable, such as `case.stale`. */
  code: string
  title: string
  /** What is wrong and what to do, in the reader's language. */
  detail: string
  /** Where in the request, as a JSON pointer. */
  pointer?: string
  /** The id under which the server's log knows the request. */
  instance?: string
}

/** A request that was refused, or never answered (status 0). */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail)
  }

  /** Nobody is logged in any more. */
  get unauthenticated(): boolean {
    return this.problem.status === 401
  }
}

/** The problem in whatever was thrown; what is no refusal is thrown again. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refused) return thrown.problem
  throw thrown
}

/** Reads the problem document of a refused answer; one without a document gets its status for a title. */
export async function refusal(response: Response): Promise<Refused> {
  const status = response.status
  const type = response.headers.get('content-type') ?? ''
  const document =
    type.includes('problem+json') || type.includes('application/json') ? await response.json().catch(() => null) : null
  const bare: Problem = { status, code: `http.${status}`, title: response.statusText || `HTTP ${status}`, detail: '' }
  return new Refused({ ...bare, ...document, status })
}
