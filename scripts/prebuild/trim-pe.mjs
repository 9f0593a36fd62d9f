// Removes parts of a Windows file (PE32+) that the linker has no option to omit.

const PE = { offset: 0x3c, optionalHeader: 24, directories: 112, sections: 40 };

/** Returns the file offset of a relative virtual address. */
function placesOf(bytes) {
  const header = bytes.readUInt32LE(PE.offset);
  const optional = header + PE.optionalHeader;
  const table = optional + bytes.readUInt16LE(header + 20);
  const sections = Array.from({ length: bytes.readUInt16LE(header + 6) }, (_, i) => {
    const at = table + i * PE.sections;
    const [length, address] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12)];
    return { address, length, offset: bytes.readUInt32LE(at + 20) };
  });
  const place = (rva) => {
    const found = sections.find((each) => rva >= each.address && rva < each.address + each.length);
    if (!found) throw new Error(`no section has the address ${rva}`);
    return found.offset + rva - found.address;
  };
  return { exportsRva: bytes.readUInt32LE(optional + PE.directories), place };
}

const endOfText = (bytes, at) => bytes.indexOf(0, at);

/**
 * Keeps only these names in the file's export table.
 * @param {Buffer} bytes the file; changed in place
 * @param {string[]} wanted
 */
export function keepExports(bytes, wanted) {
  const { exportsRva, place } = placesOf(bytes);
  const directory = place(exportsRva);
  const [numFunctions, numNames, ...tables] = [20, 24, 28, 32, 36].map((field) =>
    bytes.readUInt32LE(directory + field),
  );
  const [functions, names, ordinals] = tables.map(place);
  const found = Array.from({ length: numNames }, (_, i) => {
    const nameRva = bytes.readUInt32LE(names + i * 4);
    const at = place(nameRva);
    const code = bytes.readUInt32LE(functions + bytes.readUInt16LE(ordinals + i * 2) * 4);
    return { nameRva, at, name: bytes.toString('latin1', at, endOfText(bytes, at)), code };
  });
  const kept = found.filter(({ name }) => wanted.includes(name));
  if (kept.length !== wanted.length)
    throw new Error(`the file does not offer ${wanted.join(' and ')}`);
  for (const { name, at } of found) if (!wanted.includes(name)) bytes.fill(0, at, at + name.length);
  bytes.fill(0, functions, functions + numFunctions * 4);
  bytes.fill(0, names, names + numNames * 4);
  bytes.fill(0, ordinals, ordinals + numNames * 2);
  for (const [i, { nameRva, code }] of kept.entries()) {
    bytes.writeUInt32LE(code, functions + i * 4);
    bytes.writeUInt32LE(nameRva, names + i * 4);
    bytes.writeUInt16LE(i, ordinals + i * 2);
  }
  bytes.writeUInt32LE(kept.length, directory + 20);
  bytes.writeUInt32LE(kept.length, directory + 24);
}

/**
 * Makes every path below a folder relative to it; fills the rest of the text's place with zeros.
 * @param {Buffer} bytes changed in place
 * @param {string} folder
 */
export function forgetFolder(bytes, folder) {
  const prefix = Buffer.from(`${folder}/`);
  for (let at = bytes.indexOf(prefix); at >= 0; at = bytes.indexOf(prefix, at)) {
    const end = endOfText(bytes, at);
    bytes.copy(bytes, at, at + prefix.length, end);
    bytes.fill(0, end - prefix.length, end);
  }
}
