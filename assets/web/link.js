export async function pack(query) { return "v0." + btoa(unescape(encodeURIComponent(JSON.stringify(query)))); }
export async function unpack(text) { return JSON.parse(decodeURIComponent(escape(atob(text.slice(3))))); }
