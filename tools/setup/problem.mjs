// @ts-check

/** A reason why set-up cannot go on, with what the reader should do about it. */
export class SetupProblem extends Error {
  /**
   * @param {string} message
   * @param {string} remedy
   */
  constructor(message, remedy) {
    super(message);
    this.name = 'SetupProblem';
    this.remedy = remedy;
  }
}
