/**
 * What the files of the twin hand to each other, as types. Nothing runs here.
 *
 * @module
 */

/** @typedef {{shape: number[], values: Float32Array}} Tensor */

/**
 * One step as the server describes it: torch's own class, its settings, where its parameters stand.
 *
 * @typedef {{id: string, layer: string, options: Record<string, any>,
 *   parameters: Record<string, string>, takes: number[], shape: number[]}} Link
 */

/**
 * A layer as it is set up once: `null` where its settings are none that are known here. `takes` is
 * the shape of what goes in, `shape` that of what comes out, for one image.
 *
 * @typedef {(layer: {options: Record<string, any>, parameters: Record<string, Tensor>,
 *   takes: number[], shape: number[]}) => ((values: Float32Array) => Float32Array) | null} Layer
 */

export {};
