// The page's interface: two requests, without access to Node or hermetic-ssl.
const { contextBridge, ipcRenderer } = require('electron');

contextBridge.exposeInMainWorld('keys', {
  version: () => ipcRenderer.invoke('version'),
  derive: (password, salt) => ipcRenderer.invoke('derive', password, salt),
});
