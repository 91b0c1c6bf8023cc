// The worker in which the engine runs. It comes after Go's wasm_exec.js. Its first message has the
// compiled module and Go's sources; each message after it is an order.

// What Go prints when it fails itself goes to the page, not line by line to the console.
let complaint = '';
fs.writeSync = (fd, bytes) => {
  complaint = (complaint + new TextDecoder().decode(bytes)).slice(0, 2000);
  return bytes.length;
};
onmessage = async (event) => {
  if (!event.data.module) {
    order(JSON.stringify(event.data));
    return;
  }
  sources = event.data.sources;
  const go = new Go();
  const instance = await WebAssembly.instantiate(event.data.module, go.importObject);
  await go.run(instance);
  postMessage({kind: 'dead', text: complaint});
};
