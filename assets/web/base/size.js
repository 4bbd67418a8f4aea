/** The size of the pad: the model's input. */

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
