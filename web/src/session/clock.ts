/** Reckons the business time between two words of the house, from a clock that may be wrong. All times in milliseconds. */
export class Reckoning {
  /** What the house said last, and when that was by the computer's own clock. */
  private heard: { business: number; own: number } | undefined
  /** Business time in a stretch of the computer's: a simulated clock may run faster. */
  private pace = 1
  private shown = 0

  hear(business: number, own: number, simulated: boolean): void {
    const [gone, passed] = this.heard ? [business - this.heard.business, own - this.heard.own] : [-1, 0]
    // A real clock is followed; a simulated one that stands before what it said is another one.
    if (!simulated || gone < 0) [this.shown, this.pace] = [business, 1]
    // Two words that come close together tell nothing of the pace.
    else if (passed > 1000) this.pace = gone / passed
    this.heard = { business, own }
  }

  /** The business time; a simulated clock that slowed down is waited for, it never runs backwards. */
  at(own: number): number {
    if (!this.heard) return own
    this.shown = Math.max(this.shown, this.heard.business + (own - this.heard.own) * this.pace)
    return this.shown
  }
}
