// The segment builder: each button and choice posts the whole form, and the answer takes the place of a part of it.

const form = document.querySelector("form[data-builder]")
const working = form.querySelector("[data-working]")
const PAUSE = 600 // milliseconds without a key before the contacts are counted
let waiting = 0
let asking = null

// what the server says about the form as it stands; the last question wins
const ask = async wish => {
  clearTimeout(waiting)
  asking?.abort()
  const own = asking = new AbortController()
  const body = new URLSearchParams(new FormData(form))
  body.set("do", wish)
  working.hidden = false
  try {
    const answer = await fetch(form.dataset.builder, { method: "POST", body, signal: own.signal })
    if (!answer.ok) return form.querySelector("[data-part=builder] button[value=look]").click() // the whole page says what is wrong
    show(await answer.text())
  } catch (fault) {
    if (fault.name !== "AbortError") throw fault
  } finally {
    if (asking === own) working.hidden = true
  }
}

const show = html => {
  const held = document.activeElement?.id
  const parts = new DOMParser().parseFromString(html, "text/html")
  parts.querySelectorAll("[data-part]").forEach(part => {
    form.querySelector(`[data-part=${part.dataset.part}]`).replaceWith(document.importNode(part, true))
  })
  if (!parts.querySelector("[data-part=builder]")) return
  const next = form.querySelector("[data-part=builder] [autofocus]") || (held && document.getElementById(held))
  next?.focus()
}

form.addEventListener("click", event => {
  const button = event.target.closest("button[name=do]")
  if (!button || button.value === "save" || event.detail === -1) return
  if (!event.isTrusted) return // the click above: let it load the page
  event.preventDefault()
  ask(button.value)
})

form.addEventListener("change", event => {
  if (event.target.closest("[data-part=builder]")) ask("redraws" in event.target.dataset ? "look" : "count")
})

form.addEventListener("input", event => {
  if (!event.target.closest("[data-part=builder]") || event.target.matches("select, [type=checkbox]")) return
  clearTimeout(waiting)
  waiting = setTimeout(() => ask("count"), PAUSE)
})

// Enter in a field counts; it does not save
form.addEventListener("keydown", event => {
  if (event.key !== "Enter" || !event.target.matches("[data-part=builder] input")) return
  event.preventDefault()
  ask("count")
})
