// Shows the data of the control API, whose responses are documented in the crate.
// Text from requests and documents goes into the page as text, never as HTML.

const REQUESTS = 1000; // requests that are kept for the filters
const ROWS = 200; // requests in the table
const RESOURCES = 25; // resources per page of the list
const BUCKETS = 8; // the emptiest buckets, which are shown
const WATCHED = 3 * 60_000; // time span of a chart, in ms
const PREFIX = "/providers/Microsoft.Billing/"; // of every Resource Manager id
const SERVICES = { partner: "Partner Center", arm: "Resource Manager", authority: "Authority" };

const byId = (id) => document.getElementById(id);

/** Creates an element; strings among the children become text nodes. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Splits a path so that it can wrap after each slash. */
function breakable(path) {
  const parts = path.split(/(?<=[/?&])/);
  return parts.flatMap((part, index) => (index === 0 ? [part] : [document.createElement("wbr"), part]));
}

/** Shows an element for each item. Existing elements are reused, so that they keep the focus. */
function show(parent, items, key, create, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const element = known.get(key(item)) ?? create(item);
    element.dataset.key = key(item);
    update(element, item);
    return element;
  });
  const isSame = (element, index) => element === parent.children[index];
  if (wanted.length !== parent.children.length || !wanted.every(isSame)) parent.replaceChildren(...wanted);
}

/** Limits `action` to one call at once and then one per `ms`, however often it is requested. */
function throttled(ms, action) {
  let timer = null;
  let isWanted = false;
  const run = () => {
    isWanted = false;
    timer = setTimeout(() => { timer = null; if (isWanted) run(); }, ms);
    action();
  };
  return () => { isWanted = true; if (timer === null) run(); };
}

// The control API

let isConnected = false;

async function callApi(path, method = "GET", input) {
  const options = { method };
  if (input !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(input);
  }
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return { body, count: Number(response.headers.get("X-Total-Count")) };
}

function showError(error) {
  byId("error").textContent = error.message;
  byId("error").hidden = false;
}

/** Wraps an action of the user: shows its error, and hides the error of the action before. */
const userAction = (action) => (event) => {
  byId("error").hidden = true;
  return action(event).catch(showError);
};

/** Loads and displays; drops a response that arrives after the response to a later request. */
function loader(load, display) {
  let latest = 0;
  return async () => {
    const number = ++latest;
    try {
      const loaded = await load();
      if (number === latest) display(loaded);
    } catch (error) {
      // A lost connection is shown beside the title.
      if (isConnected) showError(error);
    }
  };
}

/** Removes the loading text of a part of the page. */
function hideLoading(part) {
  byId(`${part}-loading`)?.remove();
}

// Requests

let log = []; // newest first
let drawn = 0; // number of the newest request in the table
let isPaused = false;

const statusKind = (status) => (status === 0 || status >= 500 ? "bad" : status >= 400 ? "odd" : "good");

function row(request) {
  const { time, service, method, path, status, ms, fault } = request;
  const cell = (name, ...children) => make("td", { class: name, role: "cell" }, ...children);
  const where = cell("path", ...breakable(path));
  if (fault) where.append(make("span", { class: "fault" }, `fault: ${fault}`));
  const outcome = cell("status", status === 0 ? "none" : String(status));
  outcome.dataset.kind = statusKind(status);
  return make(
    "tr",
    { role: "row" },
    cell("time", make("time", { datetime: time, title: time }, time.slice(11, -1))),
    cell("service", service),
    cell("method", method),
    where,
    outcome,
    cell("number", ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)),
  );
}

function isWanted({ service, status }) {
  const wanted = byId("log-status").value;
  const group = status === 0 ? "0" : String(status)[0];
  return ["", service].includes(byId("log-service").value) && ["", group].includes(wanted);
}

/** Adds the requests that match the filters to the top of the table. */
function addRows(requests, isNew) {
  const rows = requests.filter(isWanted).slice(0, ROWS).map(row);
  if (isNew) rows.forEach((element) => element.classList.add("new"));
  const table = byId("log");
  table.prepend(...rows);
  while (table.rows.length > ROWS) table.deleteRow(-1);
  byId("log-empty").hidden = log.length > 0;
  byId("log-scroll").hidden = table.rows.length === 0;
  byId("log-filtered").hidden = log.length === 0 || table.rows.length > 0;
}

function drawLog() {
  const later = log.filter(({ number }) => number > drawn);
  if (isPaused) {
    const held = later.length;
    byId("held").textContent = held === 0 ? "" : `${held === REQUESTS ? `${held} or more` : held} new`;
    return;
  }
  byId("held").textContent = "";
  addRows(later, drawn > 0);
  drawn = log[0]?.number ?? 0;
}

let frame = 0;
function drawLogInNextFrame() {
  frame ||= requestAnimationFrame(() => { frame = 0; drawLog(); });
}

function redrawLog() {
  byId("log").replaceChildren();
  // Requests that hideLoading during a pause stay hidden.
  addRows(log.filter(({ number }) => !isPaused || number <= drawn), false);
  if (!isPaused) drawn = log[0]?.number ?? 0;
  drawLog();
}

/** Clears the log; after a reset the request numbers start again. */
function clearLog() {
  log = [];
  drawn = 0;
  redrawLog();
}

function addRequest(request) {
  if (request.number <= (log[0]?.number ?? 0)) return;
  log.unshift(request);
  log.length = Math.min(log.length, REQUESTS);
  drawLogInNextFrame();
}

const loadLog = loader(
  () => callApi(`/api/requests?limit=${REQUESTS}`),
  ({ body }) => {
    hideLoading("log");
    const latest = body.reverse();
    const later = log.filter(({ number }) => number > (latest[0]?.number ?? 0));
    log = [...later, ...latest].slice(0, REQUESTS);
    if (isPaused) drawLog();
    else redrawLog();
  },
);

byId("log-service").addEventListener("change", redrawLog);
byId("log-status").addEventListener("change", redrawLog);
byId("pause").addEventListener("click", ({ currentTarget }) => {
  isPaused = !isPaused;
  currentTarget.setAttribute("aria-pressed", isPaused);
  drawLog();
});

// Resources

let offset = 0;
let chosen = null; // { service, id }

const nameOf = ({ resource }) => resource.companyName ?? resource.properties?.displayName ?? "(no name)";
const keyOf = ({ service, id }) => `${service} ${id}`;
const query = (parameters) => new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "")).toString();

const loadResources = loader(
  () => callApi(`/api/resources?${query({ service: byId("service").value, q: byId("search").value.trim(), limit: RESOURCES, offset })}`),
  ({ body, count }) => {
    hideLoading("resources");
    if (body.length === 0 && offset > 0) {
      // There are fewer resources than before.
      offset = 0;
      loadResources();
      return;
    }
    show(byId("resources"), body, keyOf, (item) => {
      const name = make("span", { class: "name" });
      const button = make("button", { type: "button", class: "choose" }, name, make("span", { class: "id" }, ...breakable(item.id.replace(PREFIX, ""))));
      button.addEventListener("click", () => choose(item));
      return make("tr", {}, make("td", {}, button), make("td", { class: "number" }));
    }, (element, item) => {
      element.querySelector(".name").textContent = nameOf(item);
      element.querySelector(".number").textContent = item.effective_writes;
    });
    markChosen();
    const last = offset + body.length;
    byId("range").textContent = body.length === 0 ? "" : `${offset + 1} to ${last} of ${count.toLocaleString("en")}`;
    byId("previous").disabled = offset === 0;
    byId("next").disabled = last >= count;
    const isSearch = byId("search").value.trim() !== "" || byId("service").value !== "";
    byId("resources-empty").hidden = body.length > 0;
    byId("resources-empty").textContent = isSearch
      ? "No resource matches. Search for a shorter part of the name or id."
      : "No resources. Start the emulator without --data for sample data, or with a file that contains resources.";
  },
);

function markChosen() {
  for (const element of byId("resources").children) {
    const isChosen = chosen !== null && element.dataset.key === keyOf(chosen);
    element.querySelector("button").setAttribute("aria-current", isChosen);
  }
}

function choose({ service, id }) {
  chosen = { service, id };
  markChosen();
  return loadChosen();
}

const loadChosen = loader(
  async () => {
    if (chosen === null) return null;
    const found = await callApi(`/api/resources?${query(chosen)}`);
    if (found.body.length === 0) return null;
    const history = await callApi(`/api/resources/history?${query(chosen)}`);
    return { item: found.body[0], history: history.body.reverse() };
  },
  (loaded) => {
    byId("resource-empty").hidden = loaded !== null;
    byId("shown").hidden = loaded === null;
    if (loaded === null) return;
    const { item, history } = loaded;
    byId("resource-title").textContent = nameOf(item);
    byId("resource-id").replaceChildren(`${SERVICES[item.service]}, `, ...breakable(item.id));
    byId("document").textContent = JSON.stringify(item.resource, null, 2);
    show(byId("history"), history, ({ number, time }) => `${keyOf(item)} ${number} ${time}`, change, () => {});
    byId("history-empty").hidden = history.length > 0;
  },
);

function change({ number, time, changes }) {
  const text = (value) => JSON.stringify(value, null, 1);
  const differences = changes.map(({ path, before, after }) => {
    const element = make("div", { class: "change" }, make("span", { class: "path" }, path));
    if (before !== undefined) element.append(make("del", {}, text(before)));
    if (after !== undefined) element.append(make("ins", {}, text(after)));
    return element;
  });
  if (differences.length === 0) differences.push(make("p", { class: "when" }, "No member changed."));
  const when = make("time", { datetime: time }, readable(time));
  return make("li", {}, `Write ${number} `, make("span", { class: "when" }, when), ...differences);
}

function search() {
  offset = 0;
  return loadResources();
}
byId("service").addEventListener("change", search);
byId("search").addEventListener("input", throttled(200, search));
byId("previous").addEventListener("click", () => { offset = Math.max(0, offset - RESOURCES); loadResources(); });
byId("next").addEventListener("click", () => { offset += RESOURCES; loadResources(); });

const reloadResourcesSoon = throttled(500, loadResources);
const reloadChosenSoon = throttled(250, loadChosen);

// Clock and rate limits: both change by themselves, so they are polled every second

const readable = (time) => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;

function showClock(now) {
  byId("now").textContent = readable(now);
  byId("now").dateTime = now;
  byId("time").value ||= now.slice(0, 19);
}

const moveClock = userAction(async (change) => showClock((await callApi("/api/clock", "POST", change)).body.now));

for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => moveClock({ advance_s: Number(button.dataset.advance) }));
}
byId("set-clock").addEventListener("submit", (event) => {
  event.preventDefault();
  // Browsers omit the seconds if they are 0.
  moveClock({ set: `${byId("time").value.padEnd(19, ":00")}Z` });
});

const levels = new Map(); // by bucket: [{ at, share }]
let watchedSince = null;

const loadBuckets = loader(
  () => callApi(`/api/rate-limits?limit=${BUCKETS}`),
  ({ body }) => {
    showClock(body.now);
    const at = performance.now();
    const name = ({ service, limit, key }) => `${service} ${limit} ${key}`;
    const buckets = body.levels.sort((one, other) => (name(one) < name(other) ? -1 : 1));
    for (const bucket of buckets) {
      // A bucket that appears later was full until then.
      const points = levels.get(name(bucket)) ?? (watchedSince === null ? [] : [{ at: watchedSince, share: 1 }, { at, share: 1 }]);
      points.push({ at, share: bucket.left / bucket.capacity });
      while (points.length > 1 && points[1].at <= at - WATCHED) points.shift();
      levels.set(name(bucket), points);
    }
    watchedSince ??= at;
    for (const known of levels.keys()) if (!buckets.some((bucket) => name(bucket) === known)) levels.delete(known);
    show(byId("buckets"), buckets, name, bucketElement, (element, bucket) => {
      const left = `${bucket.left.toLocaleString("en")} of ${bucket.capacity.toLocaleString("en")} left`;
      element.querySelector(".left").textContent = left;
      drawLevels(element.querySelector("svg"), levels.get(name(bucket)), at);
    });
    hideLoading("buckets");
    byId("buckets-empty").hidden = buckets.length > 0;
  },
);

function bucketElement({ service, limit, key, kind }) {
  const title = `${SERVICES[service]}, ${kind}`;
  const element = make("li", { title: limit }, make("div", {}, title));
  if (key) element.append(make("div", { class: "id" }, ...breakable(key)));
  element.append(make("div", { class: "when left" }));
  const svg = vector("svg", { viewBox: "0 0 300 40", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(vector("path", { class: "base", d: "M0 39.5H300" }), vector("path", { class: "area" }), vector("path", { class: "curve" }));
  element.append(svg);
  return element;
}

function vector(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Draws the levels of the last three minutes, oldest at the left, empty at the bottom. */
function drawLevels(svg, points, now) {
  const x = ({ at }) => (300 * (1 - (now - at) / WATCHED)).toFixed(1);
  const y = ({ share }) => (38 - 36 * share).toFixed(1);
  const curve = points.map((point) => `${x(point)} ${y(point)}`).join("L");
  svg.querySelector(".curve").setAttribute("d", `M${curve}`);
  svg.querySelector(".area").setAttribute("d", `M${x(points[0])} 40L${curve}L300 40Z`);
}

// Faults

const loadFaults = loader(() => callApi("/api/faults"), ({ body }) => showFaults(body.faults));

function showFaults(faults) {
  const items = faults.map((fault, index) => ({ ...fault, number: index + 1, name: fault.name ?? `fault ${index + 1}` }));
  // The members of the plan, without the ones that change.
  const about = ({ fitted, hit, enabled, name, number, ...rest }) => rest;
  const key = (fault) => JSON.stringify([fault.number, fault.name, about(fault)]);
  show(byId("faults"), items, key, (fault) => {
    const { service, method, path, ...rest } = about(fault);
    const fits = [SERVICES[service], method, path].filter(Boolean).join(" ") || "every request";
    const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
    const does = Object.entries(rest).map(([name, value]) => (value === true ? name : `${name} ${text(value)}`));
    const button = make("button", { type: "button", role: "switch", "aria-label": fault.name });
    button.addEventListener("click", userAction(async () => {
      const enabled = button.getAttribute("aria-checked") !== "true";
      showFaults((await callApi(`/api/faults/${fault.number}`, "POST", { enabled })).body.faults);
    }));
    return make("li", {}, make("div", {}, make("div", {}, fault.name), make("div", { class: "when counts" })), button,
      make("div", { class: "id" }, `${fits}: ${does.join(", ")}`));
  }, (element, fault) => {
    element.querySelector("button").setAttribute("aria-checked", fault.enabled);
    element.querySelector(".counts").textContent = `matched ${fault.fitted}, injected ${fault.hit}`;
  });
  hideLoading("faults");
  byId("faults-empty").hidden = items.length > 0;
}

const reloadFaultsSoon = throttled(500, loadFaults);

// Reset

byId("reset").addEventListener("click", () => {
  byId("confirm").returnValue = "";
  byId("confirm").showModal();
});
byId("confirm").addEventListener("close", userAction(async () => {
  if (byId("confirm").returnValue === "reset") await callApi("/api/reset", "POST");
}));

// Events

function loadAll() {
  loadLog();
  loadResources();
  loadChosen();
  loadBuckets();
  loadFaults();
}

function connection(state, text) {
  isConnected = state === "open";
  byId("connection").dataset.state = state;
  byId("connection").textContent = text;
}

function connect() {
  const events = new EventSource("/api/events");
  const on = (name, action) => events.addEventListener(name, ({ data }) => action(JSON.parse(data)));
  on("hello", () => {
    connection("open", "Connected");
    byId("error").hidden = true;
    // The emulator may have been restarted.
    clearLog();
    loadAll();
  });
  on("missed", loadAll);
  on("reset", () => { clearLog(); levels.clear(); loadAll(); });
  on("request", (request) => {
    addRequest(request);
    if (byId("faults").children.length > 0) reloadFaultsSoon();
  });
  on("resource", (written) => {
    // Only the emulator knows whether the resource is in the list or now matches the search.
    reloadResourcesSoon();
    if (chosen !== null && keyOf(chosen) === keyOf(written)) reloadChosenSoon();
  });
  on("clock", ({ now }) => { showClock(now); loadBuckets(); });
  on("faults", loadFaults);
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) {
      connection("waiting", "Reconnecting…");
      return;
    }
    connection("closed", "Disconnected; retrying");
    setTimeout(connect, 3000);
  });
}

async function showExamples() {
  const { body } = await callApi("/api");
  const curl = location.protocol === "https:" ? "curl --cacert $CA_FILE" : "curl";
  byId("try-request").textContent = `${curl} -H "Authorization: Bearer $TOKEN" ${body.partner}/v1/customers`;
  byId("try-fault").textContent = `${curl} -X PUT ${body.control}/api/faults -H "Content-Type: application/json" -d '{"faults": [{"name": "lost response", "method": "PUT", "nth": 1, "committed": true, "reset": true}]}'`;
}

setInterval(() => { if (isConnected && !document.hidden) loadBuckets(); }, 1000);
showExamples().catch(showError);
connect();
