// What our pages do better with JavaScript; each of them works without it.

const themes = ["system", "light", "dark"]

// the theme changes at once, and what was typed stays
document.querySelectorAll("[data-theme-switch]").forEach(form => form.addEventListener("submit", event => {
  const button = form.querySelector("button")
  const chosen = button.value
  const names = JSON.parse(button.dataset.names)
  const body = new FormData(form)
  body.set("theme", chosen)
  event.preventDefault()
  fetch(form.action, { method: "POST", body, redirect: "manual" })
  if (chosen === "system") delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
  button.value = themes[(themes.indexOf(chosen) + 1) % themes.length]
  button.title = names[chosen]
  button.setAttribute("aria-label", names[chosen])
}))

// a form that asks first: <form data-confirm="Delete Claire Delmas?">
document.addEventListener("submit", event => {
  const question = event.target.dataset.confirm
  if (question && !window.confirm(question)) event.preventDefault()
})

// a form is sent once, however often the button is pressed: <form data-once>; a look into a frame does not count
document.addEventListener("submit", event => {
  if (event.defaultPrevented || event.submitter?.formTarget || !("once" in event.target.dataset)) return
  if (event.target.dataset.sent) event.preventDefault()
  event.target.dataset.sent = "yes"
})

// the menu of a narrow screen closes by Escape or a touch beside it
document.addEventListener("keydown", event => {
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach(menu => { menu.open = false })
})
document.addEventListener("click", event => {
  document.querySelectorAll("details.menu[open]").forEach(menu => { if (!menu.contains(event.target)) menu.open = false })
})

// what was done is said in a corner: read out, closed by its button or Escape, gone after a while unless one looks at it
const toasts = [...document.querySelectorAll("[data-toast]")]
if (toasts.length) {
  const corner = document.createElement("div")
  corner.className = "toasts"
  corner.setAttribute("role", "status")
  document.body.append(corner)
  toasts.forEach(toast => toast.remove())
  setTimeout(() => toasts.forEach(toast => corner.append(closable(toast))))  // a region says what comes into it
}
function closable(toast) {
  const button = document.createElement("button")
  button.type = "button"
  button.setAttribute("aria-label", toast.dataset.toast)
  button.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-close"/></svg>'
  button.addEventListener("click", () => toast.remove())
  toast.removeAttribute("role")
  toast.append(button)
  const leave = () => toast.matches(":hover, :focus-within") ? setTimeout(leave, 4000) : toast.remove()
  setTimeout(leave, 12000)
  return toast
}
document.addEventListener("keydown", event => {
  if (event.key === "Escape") document.querySelectorAll(".toasts .toast").forEach(toast => toast.remove())
})

// on a phone the lines come first: filters that narrow nothing wait behind their name
document.querySelectorAll("details[data-fold='']").forEach(one => { one.open = !matchMedia("(max-width: 900px)").matches })

// where tabs are pushed aside, the chosen one is in sight
document.querySelectorAll(".tabs, .segmented, .periods").forEach(row => {
  const chosen = row.querySelector("[aria-current], label:has(:checked)")
  if (chosen) row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.clientWidth) / 2
})

// what was typed or chosen before htmx had come is heard as soon as it listens
const changed = field => field.options
  ? field.selectedOptions[0] !== (field.querySelector("option[selected]") || field.options[0])
  : field.value !== field.defaultValue
document.addEventListener("DOMContentLoaded", () => {
  for (const event of ["input", "change"]) document.querySelectorAll(`[hx-trigger^=${event}]`).forEach(one => {
    const fields = one.elements ? [...one.querySelectorAll("select, input[name]")] : [one]
    if (fields.some(changed)) one.dispatchEvent(new Event(event, { bubbles: true }))
  })
})

// live parts (htmx): our CSRF token with every request, silence while nobody looks, a word when a refresh fails
document.addEventListener("htmx:configRequest", event => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content
})
document.addEventListener("htmx:beforeRequest", event => {
  if (document.hidden && !event.detail.requestConfig.triggeringEvent) event.preventDefault()
})
const stale = shown => document.querySelectorAll("[data-stale]").forEach(toast => { toast.hidden = !shown })
document.addEventListener("htmx:sendError", () => stale(true))
document.addEventListener("htmx:responseError", () => stale(true))
document.addEventListener("htmx:afterSwap", () => stale(false))
document.addEventListener("htmx:beforeSwap", event => {  // sent elsewhere: the login is asked again
  const asked = new URL(event.detail.pathInfo.finalRequestPath, location)
  if (new URL(event.detail.xhr.responseURL).pathname === asked.pathname) return
  event.detail.shouldSwap = false
  stale(true)
})
