// The worker in which the engine runs. It comes after Go's wasm_exec.js. Its first message has the
// compiled module and Go's sources; each message after it is an order.

// What Go prints when it fails itself goes to the page, not line by line to the console.
let complaint = '';
globalThis.fs.writeSync = (fd, bytes) => {
  complaint = (complaint + new TextDecoder().decode(bytes)).slice(0, 2000);
  return bytes.length;
};
onmessage = async (event) => {
  if (!event.data.module) {
    order(JSON.stringify(event.data));
    return;
  }
  globalThis.sources = event.data.sources;
  const go = new Go();
  try {
    await go.run(await WebAssembly.instantiate(event.data.module, go.importObject));
  } catch (e) {
    complaint ||= String(e);
  }
  postMessage({kind: 'dead', text: complaint});
};
