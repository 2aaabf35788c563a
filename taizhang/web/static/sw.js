// Opens a small form where there is no connection. Only this program's own files are kept here: nothing of a unit.
// Each ledger of a server has a worker and a cache of its own, by where its addresses begin.

const AGE = "taizhang-offline-2";
const CACHE = AGE + new URL(self.registration.scope).pathname;
const FILES = ["offline.html", "offline.js", "tokens.css", "base.css", "log.css"].map((name) => new URL(`/static/${name}`, self.location).href);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("taizhang-offline-") && !name.startsWith(AGE));
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(FILES[0])));
  } else if (FILES.includes(request.url)) {
    // Newer ones are taken as long as they can be had.
    event.respondWith(
      fetch(request)
        .then((answer) => {
          if (!answer.ok) return answer;
          const copy = answer.clone();
          return caches.open(CACHE).then((cache) => cache.put(request, copy)).then(() => answer);
        })
        .catch(() => caches.match(request.url)),
    );
  }
});
