/** Errors for people, told apart from faults of the program. */

/**
 * Its message is a sentence of the catalogues; the message of every other error is for the console.
 */
export class Sentence extends Error {}
