// Makes the rows of the table from the data in the page.
// Text from outside goes into the page as text, never as HTML.
"use strict";

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const SERVICES = { partner: "Partner Center", arm: "Azure Resource Manager" };

// The parts of a row of the data.
const [NUMBER, PROFILE, STATE, WRITES, TIME, CAUSE, CHANGES, ERASED] = [0, 1, 2, 3, 4, 5, 6, 7];
const KEYS = { row: NUMBER, profile: PROFILE, state: STATE, writes: WRITES, time: TIME };

const format = new Intl.NumberFormat("en-US");
const view = { rows: data.rows, search: "", code: null, state: "", sort: "row", isDown: false, from: 0, size: 100 };

/** Creates an element; strings among the children become text nodes. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Returns a time of the data as in `2026-11-30 09:41:07`. */
function time(offset) {
  if (offset === null) return "";
  const date = new Date(data.start + offset);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 19).replace("T", " ");
}

// Rows

function changeOf([path, before, after]) {
  const old = before === null ? make("i", {}, "none") : make("del", {}, before);
  const value = after === null ? make("i", {}, "cleared") : make("ins", {}, after);
  return make("p", { class: "change" }, make("code", {}, data.paths[path]), " ", old, " → ", value);
}

function rowOf(row) {
  const [service, ...id] = row[PROFILE].split("/");
  const state = data.states[row[STATE]];
  const changes = row[CHANGES].map(changeOf);
  if (row[ERASED]) changes.push(make("p", {}, make("i", {}, "erased from the journal")));
  if (row[CAUSE] >= 0) {
    const [code, message] = data.causes[row[CAUSE]];
    changes.push(make("p", { class: "cause" }, make("code", {}, code), ` ${message}`));
  }
  const cell = (name, ...children) => make("td", { role: "cell", class: name }, ...children);
  return make(
    "tr",
    { role: "row" },
    cell("row", format.format(row[NUMBER])),
    cell("profile", make("code", {}, id.join("/")), make("small", {}, SERVICES[service] ?? service)),
    cell("status", make("span", { class: "state", "data-state": state }, state)),
    cell("changes", ...changes),
    cell("writes", format.format(row[WRITES])),
    cell("time", time(row[TIME])),
  );
}

// Search, filters and order

/** Returns the text of a row that a search looks at. */
function textOf(row) {
  const cause = row[CAUSE] < 0 ? [] : data.causes[row[CAUSE]];
  const changes = row[CHANGES].flatMap(([path, before, after]) => [data.paths[path], before ?? "", after ?? ""]);
  return [row[PROFILE], data.states[row[STATE]], ...changes, ...cause].join("\n").toLowerCase();
}

let texts = null;

function find() {
  const words = view.search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length > 0) texts ??= new Map(data.rows.map((row) => [row, textOf(row)]));
  const isFound = (row) =>
    (view.state === "" || row[STATE] === Number(view.state)) &&
    (view.code === null || (row[CAUSE] >= 0 && data.causes[row[CAUSE]][0] === view.code)) &&
    words.every((word) => texts.get(row).includes(word));
  const key = KEYS[view.sort];
  const order = view.isDown ? -1 : 1;
  const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  view.rows = data.rows.filter(isFound);
  if (view.sort !== "row" || view.isDown) {
    view.rows.sort((one, other) => order * compare(one[key], other[key]) || one[NUMBER] - other[NUMBER]);
  }
  view.from = 0;
}

function show() {
  const shown = view.rows.slice(view.from, view.from + view.size);
  byId("rows").replaceChildren(...shown.map(rowOf));
  const all = view.rows.length;
  const count = `${format.format(all)} ${all === 1 ? "profile" : "profiles"}`;
  const found = all === data.rows.length ? count : `${count} found among ${format.format(data.rows.length)}`;
  const span = `${format.format(view.from + 1)} to ${format.format(view.from + shown.length)} of ${found}`;
  byId("range").textContent = all === 0 ? `No profile found among ${format.format(data.rows.length)}` : span;
  byId("printed").textContent =
    shown.length === data.rows.length ? "" : `Printed as shown on the screen: ${all === 0 ? "none" : span}.`;
  byId("table").hidden = all === 0;
  byId("pages").hidden = all <= view.size;
  byId("previous").disabled = view.from === 0;
  byId("next").disabled = view.from + view.size >= all;
  byId("clear").hidden = view.search === "" && view.state === "" && view.code === null;
  for (const button of document.querySelectorAll("[data-sort]")) {
    const heading = button.closest("th");
    if (button.dataset.sort !== view.sort) heading.removeAttribute("aria-sort");
    else heading.setAttribute("aria-sort", view.isDown ? "descending" : "ascending");
  }
}

function update(changes) {
  Object.assign(view, changes);
  find();
  show();
}

function turn(pages) {
  view.from += pages * view.size;
  show();
  byId("profiles").scrollIntoView();
}

// Controls

let timer = null;
byId("search").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => update({ search: byId("search").value.trim() }), 120);
});
byId("state").addEventListener("change", () => update({ state: byId("state").value }));
byId("size").addEventListener("change", () => update({ size: Number(byId("size").value) }));
byId("clear").addEventListener("click", () => {
  byId("search").value = "";
  byId("state").value = "";
  update({ search: "", state: "", code: null });
  byId("search").focus();
});
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));
for (const button of document.querySelectorAll("[data-sort]")) {
  const key = button.dataset.sort;
  button.addEventListener("click", () => update({ sort: key, isDown: view.sort === key && !view.isDown }));
}
for (const button of document.querySelectorAll("[data-find]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const state = String(data.states.indexOf(button.dataset.state));
    byId("search").value = "";
    byId("state").value = state;
    update({ search: "", state, code: button.dataset.find });
    byId("profiles").focus();
    byId("profiles").scrollIntoView();
  });
}

byId("controls").hidden = false;
show();
// For tests that measure how long the page takes.
requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("table")));
