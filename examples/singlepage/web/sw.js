const shell = "shell-1";
const files = ["/app.js", "/auth.js", "/htmx-auth.js"];

self.addEventListener("install", event => {
  event.waitUntil(caches.open(shell).then(cache => cache.addAll(files)));
  self.skipWaiting();
});
self.addEventListener("activate", event => event.waitUntil(clients.claim()));

// Answer only for files that are the same for every visitor. Leave everything
// else to the browser: navigations, POSTs, the sign-in, and what a session
// shows.
self.addEventListener("fetch", event => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || mode === "navigate") return;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin || !files.includes(pathname)) return;
  event.respondWith(caches.match(event.request).then(hit => hit || fetch(event.request)));
});
