// What the page sees of us: two questions, and nothing of Node's or of hermetic-ssl's.
const { contextBridge, ipcRenderer } = require('electron');

contextBridge.exposeInMainWorld('keys', {
  version: () => ipcRenderer.invoke('version'),
  derive: (password, salt) => ipcRenderer.invoke('derive', password, salt),
});
