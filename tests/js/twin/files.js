/** A safetensors file made for a test. */

/** @param {Record<string, {dtype: string, shape: number[], bytes: Uint8Array}>} tensors @returns {ArrayBuffer} */
export function file(tensors) {
  let at = 0;
  const header = {};
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = new TextEncoder().encode(
    JSON.stringify({ ...header, __metadata__: { made: "here" } }),
  );
  const whole = new Uint8Array(8 + text.length + at);
  new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
  whole.set(text, 8);
  let place = 8 + text.length;
  for (const { bytes } of Object.values(tensors)) {
    whole.set(bytes, place);
    place += bytes.length;
  }
  return whole.buffer;
}

/** float32 numbers as an entry. */
export function singles(values, shape) {
  return { dtype: "F32", shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}
