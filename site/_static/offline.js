/* On the front page of a published site: a button that keeps the whole course on this device. From a disk it is there already. */
"use strict";

(() => {
  const place = document.getElementById("offline");
  if (!place || !location.protocol.startsWith("http") || !("serviceWorker" in navigator) || !window.cnnLabs.site) return;
  const { files, bytes } = window.cnnLabs.site;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `Keep this site on your device (${(bytes / 1e6).toFixed(0)} MB)`;
  const said = document.createElement("output");
  place.append(button, " ", said);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await navigator.serviceWorker.ready;
      for (const [number, file] of files.entries()) {
        const answer = await fetch(new URL(file, document.baseURI));
        if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
        if (number % 10 === 0) said.textContent = `${number} of ${files.length} files`;
      }
      button.hidden = true;
      said.textContent = "Kept. All pages now open without a connection, until you clear this browser's data.";
    } catch (error) {
      said.textContent = `Not all could be kept (${error.message}). What was fetched stays; try again.`;
      button.disabled = false;
    }
  });
})();
