/** Which files hold weights of a network. */

export const ENDS = [".safetensors", ".pt", ".pth", ".bin"];

/** Whether a file is one of weights, by its name. @param {File} file */
export const weighty = ({ name }) => ENDS.some((end) => name.toLowerCase().endsWith(end));
