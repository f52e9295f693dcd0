// The dashboard stays fresh while it is looked at, and its filters apply at once; without this it is a form and links.

const EVERY = 5000  // milliseconds between two questions, each answered by a 304 while nothing changed
const board = () => document.getElementById("board")
const news = document.getElementById("news")
let timer = 0
let failures = 0
let shown = 0  // what was asked last: an answer that comes late is dropped

// ---- asking -------------------------------------------------------------------------------------------------------
async function fetchBoard(url, fingerprint) {
  const headers = fingerprint ? { "If-None-Match": fingerprint } : {}
  const answer = await fetch(url, { headers, credentials: "same-origin", redirect: "error", cache: "no-store" })
  if (answer.status === 304) return null
  if (answer.status !== 200 && answer.status !== 400) throw new Error(answer.status)
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board")
}

// a new answer: only the figures are renewed, so that nobody loses the filter they are about to set
async function refresh() {
  clearTimeout(timer)
  if (document.hidden || !board().dataset.fingerprint) return
  const asked = shown
  try {
    const fresh = await fetchBoard(board().dataset.figures, board().dataset.fingerprint)
    if (fresh && asked === shown) renew(fresh)
    failures = 0
  } catch { failures += 1 }
  document.querySelectorAll("[data-stale]").forEach(toast => { toast.hidden = failures < 2 })  // once may be chance
  wait()
}

function wait() {
  clearTimeout(timer)
  if (!document.hidden) timer = setTimeout(refresh, EVERY)
}

function renew(fresh) {
  const old = board().querySelector("#figures"), figures = fresh.querySelector("#figures")
  const more = figures.dataset.answers - old.dataset.answers
  const whole = !board().querySelector("#filters") !== !fresh.querySelector("#filters")
  if (whole) swap(board(), fresh)
  else {
    swap(old, figures)
    board().dataset.fingerprint = fresh.dataset.fingerprint
  }
  const count = more === 1 ? news.dataset.one : more > 1 ? news.dataset.many.replace("{}", more) : news.dataset.changed
  say(`${count} ${figures.dataset.told}`, true)
}

// ---- showing ------------------------------------------------------------------------------------------------------
// what was opened stays open, and the focus stays where it was
function swap(old, fresh) {
  const open = [...old.querySelectorAll("details[open]")].map(one => one.id)
  const focused = old.contains(document.activeElement) ? document.activeElement : null
  const place = focused && (focused.id ? `#${CSS.escape(focused.id)}` : `[href="${CSS.escape(focused.getAttribute("href") ?? "")}"]`)
  old.replaceWith(document.adoptNode(fresh))
  if (!open.includes("more-filters")) fold()
  open.forEach(id => { const one = document.getElementById(id); if (one) one.open = true })
  if (place) fresh.querySelector(place)?.focus({ preventScroll: true })
}

// on a phone the figure comes first: filters that narrow nothing wait behind their name
function fold() {
  const more = document.getElementById("more-filters")
  if (more && !("used" in more.dataset)) more.open = !matchMedia("(max-width: 900px)").matches
}

// read out once; a new answer is also seen for a while
function say(words, seen) {
  news.textContent = words
  news.className = seen ? "toast news" : "sr"
  if (seen) setTimeout(() => { if (news.textContent === words) news.className = "sr" }, 8000)
}

// ---- filters ------------------------------------------------------------------------------------------------------
async function apply(address, push = true) {
  const asked = ++shown
  clearTimeout(timer)
  board().setAttribute("aria-busy", "true")
  try {
    const fresh = await fetchBoard(`${board().dataset.figures.split("?")[0]}${address.search}`)
    if (asked !== shown) return
    if (push) history.pushState(null, "", address)
    swap(board(), fresh)
    say(fresh.querySelector("#figures").dataset.told, false)
    wait()
  } catch { location.assign(address) }
}

function formAddress(form) {
  const filled = [...new FormData(form)].filter(([, value]) => value)
  return new URL(`${form.getAttribute("action")}?${new URLSearchParams(filled)}`, location)
}

let typing = 0
document.addEventListener("change", event => {
  if (event.target.matches("#filters select")) apply(formAddress(event.target.form))
  if (event.target.matches("#filters input")) {  // a day is typed digit by digit: wait until it rests
    clearTimeout(typing)
    typing = setTimeout(() => applyDay(event.target), 1200)
  }
})
document.addEventListener("focusout", event => {
  if (event.target.matches("#filters input")) applyDay(event.target)
})

function applyDay(field) {
  clearTimeout(typing)
  const whole = !field.value || field.type !== "date" || field.value >= "1900"
  if (field.isConnected && whole && field.value !== field.defaultValue) apply(formAddress(field.form))
}

document.addEventListener("submit", event => {
  if (event.target.id !== "filters") return
  event.preventDefault()
  apply(formAddress(event.target))
})
document.addEventListener("click", event => {
  const link = event.target.closest("#board a[href]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return
  const address = new URL(link.href, location)
  if (address.origin !== location.origin || address.pathname !== location.pathname) return
  event.preventDefault()
  apply(address)
})
addEventListener("popstate", () => apply(new URL(location), false))

document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else refresh() })
document.documentElement.classList.add("live")
fold()
wait()
