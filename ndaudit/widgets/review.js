// The review screen. Python hands over words and rows; every text goes in as text, never as markup.
const PATIENCE = 60000;
const MAKING = 180000;
const TYPING = 250;
const NEWS = 60000;
const ACTIONS = ["propose", "confirm", "return", "assign", "correct"];
const KEYS = { KeyD: "propose", KeyC: "confirm", KeyR: "return", KeyG: "assign", KeyE: "correct" };
const ORDERS = ["weight", "effect", "rule", "office", "state", "latest"];
const HELP = [
  ["J K ↓ ↑", "move"], ["N P", "page"], ["Space", "choose"], ["Enter", "open"], ["/", "search"], ["D", "decide"],
  ["C", "confirm"], ["R", "return"], ["G", "assign"], ["E", "correct"], ["O", "dossier"], ["Ctrl+Enter", "send"], ["Esc", "away"],
];

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));

class Screen {
  constructor(model, host) {
    this.model = model;
    this.waiting = new Map();
    this.asked = 0;
    this.filter = {};
    this.order = "weight";
    this.backwards = false;
    this.offset = 0;
    this.cursor = 0;
    this.rows = [];
    this.chosen = new Map();
    this.heard = (message) => this.hear(message);
    model.on("msg:custom", this.heard);
    host.setAttribute("data-lm-suppress-shortcuts", "true");
    const shadow = host.attachShadow({ mode: "open" });
    const style = make("style");
    style.textContent = STYLES;
    this.root = make("div", { class: "review", onkeydown: (event) => this.key(event) });
    shadow.append(style, this.root);
    this.begin();
  }

  leave() {
    this.model.off("msg:custom", this.heard);
    for (const one of this.waiting.values()) clearTimeout(one.timer);
    clearInterval(this.watching);
  }

  hear(message) {
    const one = message && this.waiting.get(message.id);
    if (!one) return;
    clearTimeout(one.timer);
    this.waiting.delete(message.id);
    one.resolve(message.answer);
  }

  ask(what, values, patience = PATIENCE) {
    const id = ++this.asked;
    const list = { filter: this.filter, order: this.order, backwards: this.backwards, offset: this.offset };
    return new Promise((resolve) => {
      const late = () => { this.waiting.delete(id); resolve({ error: this.words ? this.words.failed : "…" }); };
      this.waiting.set(id, { resolve, timer: setTimeout(late, patience) });
      this.model.send({ id, ask: what, ...list, ...values });
    });
  }

  async begin() {
    this.root.append(make("p", { class: "quiet waiting", role: "status" }, "…"));
    const start = await this.ask("start");
    if (start.error) {
      this.root.replaceChildren(make("p", { class: "attention", role: "alert" }, start.error));
      return;
    }
    this.stand(start);
    this.watching = setInterval(() => this.ask("news").then((news) => this.showNews(news)), NEWS);
  }

  stand(start) {
    this.start = start;
    this.words = start.words;
    this.shown = undefined;
    this.chosen.clear();
    this.build();
    this.show(start);
    this.root.dataset.ready = "true";
  }

  // A newer run became current: said, and taken up when the reviewer says so.
  showNews(news) {
    const w = this.words;
    if (!news || news.newer === undefined) return;
    this.news.replaceChildren(news.newer ? make("span", { class: "attention" }, fill(w.newer, { at: news.newer })) : "",
      news.newer ? make("button", { type: "button", "data-do": "refresh", onclick: () => this.refresh() }, w.refresh) : "");
  }

  async refresh() {
    this.filter = {};
    this.order = "weight";
    this.backwards = false;
    this.offset = 0;
    this.tell(this.words.loading);
    const start = await this.ask("refresh");
    if (start.error) { this.tell(start.error, true); return; }
    this.stand(start);
    this.tell(fill(this.words.refreshed, { at: start.run.at }));
    this.list.focus({ preventScroll: true });
  }

  // ---- the frame -----------------------------------------------------------------------------------------
  build() {
    const w = this.words;
    this.root.lang = this.start.lang;
    this.said = make("p", { class: "said", role: "status", "aria-live": "polite" });
    this.mask = make("div", { class: "mask" });
    this.news = make("p", { class: "news", role: "status", "aria-live": "polite" });
    this.paper = make("section", { class: "dossier", role: "dialog", "aria-label": w.dossier, hidden: true });
    this.list = make("div", {
      class: "list", role: "listbox", tabindex: "0", "aria-multiselectable": "true", "aria-label": w.list,
      onclick: (event) => this.click(event),
    });
    this.detail = make("section", { class: "detail", tabindex: "-1", "aria-label": w.what });
    this.summary = make("p", { class: "summary", role: "status", "aria-live": "polite" });
    this.pager = make("nav", { class: "pager", "aria-label": w.go });
    this.actions = make("div", { class: "actions", role: "toolbar", "aria-label": w.decision });
    this.panel = make("div", { class: "panel" });
    const help = HELP.flatMap(([key, name]) => [make("dt", {}, key), make("dd", {}, w[`key_${name}`])]);
    this.root.replaceChildren(
      make("header", {},
        make("h2", {}, w.title),
        make("p", { class: "quiet" }, `${fill(w.run, { at: this.start.run.at })} · ${fill(w.user, { user: this.start.user })}`),
        this.mask,
        make("details", { class: "keys" }, make("summary", {}, w.keys), make("dl", {}, help))),
      this.news, this.paper,
      this.filters(),
      this.panes = make("div", { class: "panes" },
        make("div", { class: "left" }, this.toolbar(), this.list, this.pager),
        make("div", { class: "right" }, this.actions, this.said, this.panel, this.detail)));
    this.detail.append(make("p", { class: "quiet" }, w.no_choice));
  }

  field(title, control, wide) {
    return make("label", { class: wide ? "wide" : undefined }, make("span", {}, title), control);
  }

  choice(name, options, title) {
    const all = make("option", { value: "" }, this.words.any);
    const listed = options.map((one) => make("option", { value: one.code }, one.count ? `${one.word} (${one.count})` : one.word));
    const select = make("select", { name, onchange: () => this.refilter(name, select.value) }, all, listed);
    return this.field(title, select, name === "rule");
  }

  filters() {
    const w = this.words, s = this.start;
    const typed = (name, attributes, title) => {
      const input = make("input", { name, autocomplete: "off", spellcheck: "false", ...attributes });
      input.addEventListener("input", () => {
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.refilter(name, input.value), TYPING);
      });
      return [input, this.field(title, input)];
    };
    const signs = [{ code: "+", word: w.sign_plus }, { code: "-", word: w.sign_minus }];
    const [search, searchField] = typed("text", { type: "search" }, w.search);
    searchField.classList.add("wide");
    this.search = search;
    const [, leastField] = typed("least", { inputmode: "decimal", class: "num" }, w.least);
    const [, mostField] = typed("most", { inputmode: "decimal", class: "num" }, w.most);
    for (const one of [leastField, mostField]) one.classList.add("sum");
    const waiting = make("input", { type: "checkbox", name: "waiting", onchange: () => this.refilter("waiting", waiting.checked) });
    this.form = make("form", { class: "filters", "aria-label": w.filters, onsubmit: (event) => event.preventDefault() },
      this.choice("rule", s.rules, w.rule), this.choice("office", s.offices, w.office),
      this.choice("severity", s.severities, w.severity), this.choice("state", s.states, w.state),
      leastField, mostField, this.choice("sign", signs, w.sign), searchField,
      make("label", { class: "check" }, waiting, make("span", {}, w.waiting)),
      make("button", { type: "button", class: "plain", onclick: () => this.unfilter() }, w.clear));
    return this.form;
  }

  toolbar() {
    const w = this.words;
    const order = make("select", { name: "order", "aria-label": w.order, onchange: () => { this.order = order.value; this.turn(0); } },
      ORDERS.map((name) => make("option", { value: name }, w[`order_${name}`])));
    const back = make("button", { type: "button", class: "plain", "aria-pressed": "false", "aria-label": w.backwards, title: w.backwards,
      onclick: () => { this.backwards = !this.backwards; back.setAttribute("aria-pressed", this.backwards); this.turn(0); } }, "⇅");
    this.choosing = make("div", { class: "choosing" });
    return make("div", { class: "bar" }, this.summary, make("span", { class: "order" }, order, back), this.choosing);
  }

  // ---- the list ------------------------------------------------------------------------------------------
  refilter(name, value) {
    if (value) this.filter[name] = value; else delete this.filter[name];
    this.chosen.clear();
    return this.turn(0);
  }

  unfilter() {
    this.filter = {};
    this.chosen.clear();
    this.form.reset();
    return this.turn(0);
  }

  async turn(offset, cursor = 0) {
    this.offset = offset;
    const turn = (this.turned = (this.turned || 0) + 1);
    const page = await this.ask("page");
    if (turn !== this.turned) return;
    if (page.error) { this.tell(page.error, true); return; }
    this.show(page, cursor);
  }

  show(page, cursor = 0) {
    const w = this.words;
    this.page = page;
    this.rows = page.rows;
    if (this.rows.length) this.offset = this.rows[0].number - 1;
    const sum = page.effect ? ` · ${fill(w.sum, { effect: page.effect })}` : "";
    const person = this.filter.person_of ? `${w.of_person}: ` : "";
    this.summary.textContent = person + fill(w.total, { total: page.total_text }) + sum;
    this.list.replaceChildren(...this.rows.map((row, place) => this.row(row, place)));
    if (!this.rows.length) {
      const bare = !Object.keys(this.filter).length;
      this.list.append(make("p", { class: "quiet empty" }, bare ? w.none : w.empty));
    }
    this.showNews(page);
    this.showMask();
    this.showPager();
    this.showChoice();
    this.move(Math.min(cursor, this.rows.length - 1), false);
  }

  row(row, place) {
    const w = this.words;
    const more = [row.office, row.item, row.assigned_to && `→ ${row.assigned_to}`].filter(Boolean).join(" · ");
    const severity = this.start.severities.find((one) => one.code === row.severity).word;
    return make("div", { class: "row", role: "option", id: `row-${place}`, "data-place": place, "aria-selected": "false" },
      make("span", { class: "tick", "aria-hidden": "true" }),
      make("span", { class: `mark ${row.severity}`, title: severity, "aria-label": severity }, row.severity),
      make("span", { class: "main" },
        make("span", { class: "first" }, make("b", {}, row.rule), " ", make("bdi", {}, row.title)),
        make("bdi", { class: "second" }, row.condition)),
      make("span", { class: "side" },
        make("span", { class: "num" }, row.effect === "—" ? "" : `${row.effect} ₮`),
        make("span", { class: `state ${row.state}` }, row.state_word)),
      make("bdi", { class: "third" }, more));
  }

  showChoice() {
    const w = this.words, count = this.chosen.size;
    this.list.querySelectorAll(".row").forEach((node, place) => {
      node.setAttribute("aria-selected", String(this.chosen.has(this.rows[place].finding_id)));
    });
    const button = (name, act) => make("button", { type: "button", class: "plain", "data-choose": name, onclick: act }, w[`choose_${name}`]);
    this.choosing.replaceChildren(
      count ? make("b", { class: "count" }, fill(w.chosen, { count })) : "",
      button("page", () => { this.rows.forEach((row) => this.chosen.set(row.finding_id, row.seen)); this.showChoice(); }),
      button("all", () => this.chooseAll()),
      count ? button("none", () => { this.chosen.clear(); this.showChoice(); }) : "");
    this.showActions();
  }

  async chooseAll() {
    const answer = await this.ask("choose_all");
    if (answer.error) { this.tell(answer.error, true); return; }
    this.chosen = new Map(answer.chosen.map((one) => [one.finding_id, one.seen]));
    this.showChoice();
  }

  choose(place) {
    const row = this.rows[place];
    if (!row) return;
    if (this.chosen.has(row.finding_id)) this.chosen.delete(row.finding_id);
    else this.chosen.set(row.finding_id, row.seen);
    this.showChoice();
  }

  showPager() {
    const w = this.words, step = this.page.page_rows, total = this.page.total;
    const pages = Math.max(Math.ceil(total / step), 1), current = Math.floor(this.offset / step) + 1;
    const to = (number) => this.turn((Math.min(Math.max(number, 1), pages) - 1) * step);
    const button = (text, number, off, label) => make("button", { type: "button", class: "plain", disabled: off, "aria-label": label, onclick: () => to(number) }, text);
    const input = make("input", { class: "num short", inputmode: "numeric", value: String(current), onchange: () => to(parseInt(input.value, 10) || current) });
    const thin = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    const last = Math.min(this.offset + step, total);
    this.pager.replaceChildren(
      button(`‹ ${w.previous}`, current - 1, current <= 1, w.previous),
      make("span", { class: "tabular" }, total ? fill(w.place, { first: thin(this.offset + 1), last: thin(last), total: thin(total) }) : ""),
      make("label", { class: "inline" }, make("span", {}, w.go), input, make("span", {}, `/ ${thin(pages)}`)),
      button(`${w.next} ›`, current + 1, current >= pages, w.next));
  }

  click(event) {
    const node = event.target.closest(".row");
    if (!node) return;
    const place = Number(node.dataset.place);
    if (event.shiftKey) {
      for (let n = Math.min(place, this.cursor); n <= Math.max(place, this.cursor); n++) this.chosen.set(this.rows[n].finding_id, this.rows[n].seen);
      this.showChoice();
    } else if (event.target.closest(".tick") || event.ctrlKey || event.metaKey) this.choose(place);
    this.move(place);
  }

  move(place, scroll = true) {
    if (place < 0 || place >= this.rows.length) {
      if (!this.rows.length) this.list.removeAttribute("aria-activedescendant");
      return;
    }
    this.list.querySelector(".current")?.classList.remove("current");
    const node = this.list.children[place];
    node.classList.add("current");
    this.cursor = place;
    this.list.setAttribute("aria-activedescendant", node.id);
    if (scroll) node.scrollIntoView({ block: "nearest" });
    clearTimeout(this.opening);
    this.opening = setTimeout(() => this.open(), 40);
  }

  // ---- one finding ---------------------------------------------------------------------------------------
  async open() {
    const row = this.rows[this.cursor];
    if (!row) return;
    const { detail, error } = await this.ask("detail", { finding_id: row.finding_id });
    if (error) { this.tell(error, true); return; }
    if (this.rows[this.cursor]?.finding_id !== detail.finding_id) return;
    if (detail.finding_id !== this.shown?.finding_id) this.detail.scrollTop = 0;
    this.shown = detail;
    this.showDetail();
    this.showActions();
  }

  pairs(items) {
    return make("dl", {}, items.map((one) => make("div", {}, make("dt", {}, one.title), make("dd", {}, make("bdi", {}, one.value)))));
  }

  showDetail() {
    const w = this.words, d = this.shown;
    const part = (title, ...content) => make("div", { class: "part" }, make("h4", {}, title), ...content);
    const law = d.law.map((one) => make("li", {}, one.clause, one.title ? make("span", { class: "quiet" }, `. ${one.title}`) : "", one.days ? make("span", { class: "quiet" }, ` (${one.days})`) : ""));
    const history = d.history.map((one) => make("li", {}, make("span", { class: "quiet tabular" }, `${one.when} `), make("b", {}, make("bdi", {}, one.user)), " ", make("bdi", {}, one.said), one.particulars.length ? this.pairs(one.particulars) : ""));
    const person = d.about_person > 1 ? make("button", { type: "button", class: "plain", "data-do": "person", onclick: () => this.refilter("person_of", d.finding_id) }, fill(w.person, { count: d.about_person })) : "";
    this.detail.replaceChildren(
      make("p", { class: "kicker" }, make("span", { class: `mark ${d.severity}` }, d.severity), ` ${d.severity_word} · ${d.rule} · ${d.finding_id}`),
      make("h3", {}, d.title),
      make("p", { class: "condition" }, make("bdi", {}, d.condition)),
      d.outcome ? make("p", { class: "note" }, d.outcome) : "",
      d.lead ? make("p", { class: "note" }, w.lead) : "",
      this.pairs(d.facts), person,
      d.person ? make("button", { type: "button", class: "plain", "data-do": "dossier", onclick: () => this.openDossier() }, `${w.dossier_open} (O)`) : "",
      d.decision.length ? part(w.decision, this.pairs(d.decision)) : "",
      d.evidence.length ? part(w.evidence, this.pairs(d.evidence)) : "",
      part(w.law, make("ul", {}, law)),
      d.caveat ? part(w.caveat, make("p", {}, d.caveat)) : "",
      d.assumptions.length ? part(w.assumptions, make("ul", {}, d.assumptions.map((text) => make("li", {}, text)))) : "",
      part(w.history, history.length ? make("ol", { class: "history" }, history) : make("p", { class: "quiet" }, w.history_empty)));
  }

  async openDossier() {
    const d = this.shown, w = this.words;
    if (!d?.person) { this.tell(w.no_person, true); return; }
    this.tell(w.dossier_making);
    const answer = await this.ask("dossier", { finding_id: d.finding_id }, MAKING);
    if (answer.error) { this.tell(answer.error, true); return; }
    this.tell("");
    // The page is whole in itself; its frame has an origin of its own and reaches neither this page nor the network.
    const frame = make("iframe", { title: w.dossier, sandbox: "allow-scripts", srcdoc: answer.page });
    const close = make("button", { type: "button", "data-do": "close", onclick: () => this.closeDossier() }, w.dossier_close);
    this.paper.replaceChildren(make("div", { class: "buttons" }, close, make("span", { class: "quiet" }, `${d.rule} · ${d.finding_id}`)), frame);
    this.paper.hidden = false;
    this.panes.hidden = this.form.hidden = true;
    close.focus();
  }

  closeDossier() {
    this.paper.hidden = true;
    this.paper.replaceChildren();
    this.panes.hidden = this.form.hidden = false;
    this.list.focus({ preventScroll: true });
  }

  // ---- deciding ------------------------------------------------------------------------------------------
  targets() {
    if (this.chosen.size) return [...this.chosen].map(([finding_id, seen]) => ({ finding_id, seen }));
    return this.shown ? [{ finding_id: this.shown.finding_id, seen: this.shown.seen }] : [];
  }

  may(action) {
    if (!this.targets().length) return false;
    if (!this.start.rights[action === "confirm" ? "confirm" : "decide"]) return false;
    const many = this.chosen.size > 0, d = this.shown || {};
    if (action === "correct") return !many && ["confirmed", "still_there", "recurring"].includes(d.state);
    if (many) return true;
    if (action === "confirm") return d.state === "proposed" && !d.own;
    if (action === "return") return d.state === "proposed";
    return true;
  }

  showActions() {
    this.actions.replaceChildren(...ACTIONS.map((name) => make("button",
      { type: "button", class: name === "propose" ? "main" : undefined, "data-do": name, disabled: !this.may(name), onclick: () => this.openForm(name) }, this.words[name])));
  }

  controls(name) {
    const w = this.words;
    const text = (field, rows) => this.field(w[`field_${field}`], rows ? make("textarea", { name: field, rows }) : make("input", { name: field, autocomplete: "off" }), true);
    if (name === "assign") return [text("to")];
    if (name === "return") return [text("reason", 2)];
    if (name === "unmask") return [text("reason", 2), make("p", { class: "quiet" }, w.unmask_note)];
    if (name === "confirm") return [make("p", { class: "quiet" }, w.confirm_note)];
    if (name === "correct") return [text("act_no"), text("recovered")];
    // a date field would write the day as the browser's own language does
    const due = make("input", { name: "due_on", autocomplete: "off", placeholder: w.day_example });
    const fault = make("div", { class: "fault" }, text("owner"), this.field(w.field_due_on, due, true), text("recommendation", 2));
    const select = make("select", { name: "kind", onchange: () => { fault.hidden = !this.start.classes.find((one) => one.code === select.value).fault; } },
      this.start.classes.map((one) => make("option", { value: one.code }, one.word)));
    return [this.field(w.field_kind, select, true), text("evidence"), text("reason", 2), fault, make("p", { class: "quiet" }, w.second)];
  }

  openForm(name) {
    if (name !== "unmask" && !this.may(name)) return;
    const w = this.words, targets = name === "unmask" ? [] : this.targets();
    const form = make("form", { class: "deciding", "data-form": name, onsubmit: (event) => { event.preventDefault(); this.send(name, form, targets); } },
      make("h4", {}, w[name], targets.length > 1 ? make("span", { class: "quiet" }, ` · ${fill(w.about, { count: targets.length })}`) : ""),
      this.controls(name),
      make("p", { class: "attention", role: "alert" }),
      make("div", { class: "buttons" },
        make("button", { type: "submit", class: "main" }, w[name === "propose" ? "save" : `save_${name}`]),
        make("button", { type: "button", onclick: () => this.closeForm() }, w.cancel)));
    this.panel.replaceChildren(form);
    this.said.textContent = "";
    (form.querySelector("select, input, textarea") || form.querySelector("button")).focus();
  }

  closeForm() {
    this.panel.replaceChildren();
    this.list.focus({ preventScroll: true });
  }

  async send(name, form, targets) {
    const fields = Object.fromEntries([...form.querySelectorAll("[name]")].filter((node) => !node.closest("[hidden]")).map((node) => [node.name, node.value]));
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const answer = await this.ask(name, name === "propose" ? { targets, decision: fields } : { targets, ...fields });
    button.disabled = false;
    if (answer.error) { form.querySelector(".attention").textContent = answer.error; return; }
    if (answer.conflict) { this.showConflict(answer.conflict, name, form, targets); return; }
    this.closeForm();
    if (name === "unmask") { this.show(answer, this.cursor); return; }
    this.tell(fill(this.words.done, { count: answer.written }));
    this.chosen.clear();
    await this.turn(this.offset, this.cursor);
  }

  showConflict(conflict, name, form, targets) {
    const w = this.words;
    const known = targets.map((one) => (one.finding_id === conflict.finding_id ? { ...one, seen: conflict.seen } : one));
    const box = make("div", { class: "conflict", role: "alertdialog", "aria-label": w.conflict },
      make("p", { class: "attention" }, w.conflict),
      make("ol", { class: "history" }, conflict.entries.map((one) => make("li", {}, make("span", { class: "quiet tabular" }, `${one.when} `), make("b", {}, make("bdi", {}, one.user)), " ", make("bdi", {}, one.said), one.particulars.length ? this.pairs(one.particulars) : ""))),
      make("div", { class: "buttons" },
        make("button", { type: "button", "data-do": "look", onclick: () => { this.closeForm(); this.chosen.clear(); this.turn(this.offset, this.cursor); } }, w.conflict_look),
        make("button", { type: "button", "data-do": "over", onclick: () => { box.remove(); this.send(name, form, known); } }, w.conflict_over)));
    form.querySelector(".conflict")?.remove();
    form.append(box);
    box.querySelector("button").focus();
  }

  showMask() {
    const w = this.words;
    this.search.placeholder = this.page.masked ? w.search_masked : w.search_all;
    this.mask.replaceChildren(make("span", { class: this.page.masked ? "quiet" : "attention" }, this.page.masked ? w.masked : w.unmasked),
      this.page.masked && this.start.rights.unmask ? make("button", { type: "button", class: "plain", "data-do": "unmask", onclick: () => this.openForm("unmask") }, w.unmask) : "");
  }

  tell(text, wrong) {
    this.said.textContent = text;
    this.said.classList.toggle("attention", Boolean(wrong));
  }

  // ---- keys: by the place on the keyboard, for the letters of a Mongolian one are others ------------------------
  key(event) {
    event.stopPropagation();
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape") return this.away(event);
    if (!this.paper.hidden) return undefined;
    if (typing) {
      if (event.key === "Enter" && event.ctrlKey) event.target.closest("form.deciding")?.requestSubmit();
      return undefined;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("button, summary, [type=checkbox]") && ["Space", "Enter"].includes(event.code)) return undefined;
    const act = this.keyed(event);
    if (!act) return undefined;
    event.preventDefault();
    return act();
  }

  keyed(event) {
    const step = this.page?.page_rows || 0, code = event.code;
    if (code === "KeyJ" || code === "ArrowDown") return () => this.move(this.cursor + 1);
    if (code === "KeyK" || code === "ArrowUp") return () => this.move(this.cursor - 1);
    if (code === "Home") return () => this.move(0);
    if (code === "End") return () => this.move(this.rows.length - 1);
    if (code === "KeyN" || code === "PageDown") return () => { if (this.offset + step < this.page.total) this.turn(this.offset + step); };
    if (code === "KeyP" || code === "PageUp") return () => { if (this.offset > 0) this.turn(Math.max(this.offset - step, 0)); };
    if (code === "Space") return () => this.choose(this.cursor);
    if (code === "Enter") return () => this.detail.focus();
    if (code === "Slash" || event.key === "/") return () => this.search.focus();
    if (code === "KeyO") return () => this.openDossier();
    if (KEYS[code]) return () => this.openForm(KEYS[code]);
    return null;
  }

  away(event) {
    event.preventDefault();
    if (!this.paper.hidden) this.closeDossier();
    else if (this.panel.firstChild) this.closeForm();
    else if (event.target !== this.list) this.list.focus({ preventScroll: true });
    else if (this.chosen.size) { this.chosen.clear(); this.showChoice(); }
  }
}

export default {
  render({ model, el }) {
    const host = document.createElement("div");
    el.append(host);
    const screen = new Screen(model, host);
    return () => screen.leave();
  },
};
