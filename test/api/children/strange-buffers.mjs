// Views and buffers that JavaScript changes while other code holds them.
export function detached() {
  const bytes = new Uint8Array(100);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

export function shrunk(View, offset, length) {
  const buffer = new ArrayBuffer(4096, { maxByteLength: 8192 });
  const view = new View(buffer, offset, length);
  buffer.resize(8);
  return view;
}

/** 0 for a DataView that its shrunk buffer no longer holds, as the native layer sees it. */
export function lengthOf(view) {
  try {
    return view.byteLength;
  } catch {
    return 0;
  }
}
