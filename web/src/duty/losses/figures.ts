/** Figures of losses: whole numbers of a field's smallest step, printed in its unit. Never a fraction in between. */

/** Places after the point: 1000 steps in a hectare are three. */
const places = (scale: number) => String(scale).length - 1

/** `1234567` steps of 1000 are `1,234.567`; noughts at the end are left out. */
export function printed(steps: number, scale: number, grouped = true): string {
  const rest = steps % scale
  const whole = String((steps - rest) / scale)
  const left = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole
  const right = rest ? String(rest).padStart(places(scale), '0').replace(/0+$/, '') : ''
  return right ? `${left}.${right}` : left
}

/** The steps that were typed; `undefined` for what is no number or finer than a step. Nothing typed is nought. */
export function steps(typed: string, scale: number): number | undefined {
  const plain = typed.normalize('NFKC').replace(/[,\s]/g, '')
  if (!plain) return 0
  const [, whole, right = ''] = /^(\d{1,12})(?:\.(\d*))?$/.exec(plain) ?? []
  if (whole === undefined || right.length > places(scale)) return undefined
  const exact = Number(whole) * scale + Number(right.padEnd(places(scale), '0') || 0)
  return Number.isSafeInteger(exact) ? exact : undefined
}
