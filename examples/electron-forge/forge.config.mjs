export default {
  packagerConfig: {
    // The binary remains a separate file, which the system can load, sign and check.
    asar: { unpack: '**/node_modules/@hermetic-ssl/**/*.node' },
  },
  // Nothing needs a rebuild: one binary serves every version of Node and Electron.
  rebuildConfig: { onlyModules: [] },
  makers: [{ name: '@electron-forge/maker-zip' }],
};
