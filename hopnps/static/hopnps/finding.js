// The arrows lead from a search field into what it found and back; Enter follows a link, as anywhere.

const links = list => [...list.querySelectorAll("a")]

document.addEventListener("keydown", event => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
  const form = document.querySelector("[data-finds]")
  const list = document.getElementById(form.dataset.finds)
  const field = form.querySelector("input")
  if (!list || !(event.target === field || list.contains(event.target))) return
  const stops = [field, ...links(list)]
  const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)]
  if (!next) return
  event.preventDefault()
  next.focus()
})

// Enter in the field takes the only or first match, once the list belongs to what was typed
const form = document.querySelector("[data-finds]")
let shown = form?.querySelector("input").defaultValue
document.addEventListener("htmx:afterSwap", event => {
  shown = new URL(event.detail.pathInfo.finalRequestPath, location).searchParams.get("q")
})
form?.addEventListener("submit", event => {
  const first = document.querySelector(`#${form.dataset.finds} a`)
  if (!first || !shown || shown !== form.querySelector("input").value) return
  event.preventDefault()
  first.click()
})
