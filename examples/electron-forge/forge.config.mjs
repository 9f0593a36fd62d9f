export default {
  packagerConfig: {
    // The binary stays a file of its own, which the system can load, sign and check.
    asar: { unpack: '**/node_modules/@hermetic-ssl/**/*.node' },
  },
  // There is nothing to rebuild: one binary serves every version of Node and Electron.
  rebuildConfig: { onlyModules: [] },
  makers: [{ name: '@electron-forge/maker-zip' }],
};
