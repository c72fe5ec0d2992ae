/** Connects the parts of the page, and keeps its address and its view in step. */

import { generationAddress, placeOf, startingAddress } from "./address.js";
import { Analytics, beaconSink } from "./analytics.js";
import { AccessKey } from "./net/access_key.js";
import { Api } from "./net/api.js";
import { StoredInstructions } from "./comic/stored_instructions.js";
import { loadPageSettings } from "./page_settings.js";
import { StoredScripts } from "./comic/stored_scripts.js";
import { continuedComic } from "./shelf/continued_comic.js";
import { Deleter } from "./shelf/deleter.js";
import { KnownComics } from "./shelf/known_comics.js";
import { Shelf } from "./shelf/shelf.js";
import { Thumbnails } from "./shelf/thumbnails.js";
import { progressOf } from "./state/generation_state.js";
import { GenerationStore } from "./state/generation_store.js";
import { Draft } from "./storage/draft.js";
import { ImageCache } from "./storage/image_cache.js";
import { openLastingTables } from "./storage/lasting_tables.js";
import { attempt, LocalValue } from "./storage/local_value.js";
import { askToKeep } from "./storage/persistence.js";
import { SavedGenerations } from "./storage/saved_generations.js";
import { Updates } from "./updates.js";
import { GenerationView } from "./views/comic/generation_view.js";
import { find } from "./views/element.js";
import { askForKey } from "./views/key_dialog.js";
import { ReportDialog } from "./views/report_dialog.js";
import { SampleView } from "./views/start/sample_view.js";
import { ShelfView } from "./views/start/shelf_view.js";
import { StartView } from "./views/start/start_view.js";

/** @import { StoreState } from "./state/store_state.js" */

const NAME = "Story to Manga";

const fetcher = window.fetch.bind(window);
const storage = attempt(() => window.localStorage);
const settings = await loadPageSettings(fetcher);
const tables = openLastingTables(attempt(() => window.indexedDB) ?? undefined);
const api = new Api(new AccessKey(new LocalValue(storage, "story-to-manga:access-key"), askForKey), fetcher);
const saved = new SavedGenerations(tables);
const images = new ImageCache(tables, (path) => api.image(path));
const analytics = new Analytics(beaconSink(settings.analyticsUrl, navigator));
const store = new GenerationStore(api, saved, analytics);

const deleter = new Deleter(api, saved);
const known = new KnownComics(new LocalValue(storage, "story-to-manga:comics"));
const shelf = new ShelfView(new Shelf(api, saved, tables, known), deleter, new Thumbnails(tables), {
  onCancel: (unanswered) => store.cancelStart(unanswered),
  onUpdate: (isEmpty) => sample.show(isEmpty),
});
const sample = new SampleView(fetcher);
const draft = new Draft(new LocalValue(storage, "story-to-manga:draft"));
const start = new StartView(settings, draft, api, {
  onSubmit: (submission) => void store.generate(submission),
  describe: (id) => continuedComic(saved, id),
});
const stored = {
  instructions: new StoredInstructions(new LocalValue(storage, "story-to-manga:instructions")),
  readerMode: new LocalValue(storage, "story-to-manga:reader"),
  scripts: new StoredScripts(new LocalValue(storage, "story-to-manga:scripts")),
};
const generation = new GenerationView(store, api, images, stored, {
  onReuse: (request) => {
    start.write(request);
    go("/#/");
  },
  onRemoved: () => go("/#/"),
  onCancelled: () => void shelf.update(),
  go,
});
new ReportDialog(api);
const newStory = find("new-story", HTMLAnchorElement);
const updates = new Updates(navigator.serviceWorker, import.meta.url, {
  isIdle: () => isAtComic === false && start.isEmpty && document.querySelector("dialog[open]") === null,
  offer: () => (find("update", HTMLElement).hidden = false),
  reload: () => location.reload(),
});
/** @type {boolean | null} */
let isAtComic = null;
/** @type {string | null} */
let shownId = null;
/** @type {string | null} */
let sentKey = null;

// First, so that a page that opens a comic does not load the shelf as well.
void follow();
store.watch((state) => {
  showAddressOf(state);
  document.title = titleOf(state);
  show(state);
});
window.addEventListener("popstate", () => void follow());
window.addEventListener("online", wake);
window.addEventListener("pagehide", () => deleter.leave());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) wake();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") wake();
});
find("update-reload", HTMLButtonElement).addEventListener("click", () => location.reload());
void updates.install();
void deleter.resume();
void store.resumeCancels().then((wasAny) => (wasAny ? shelf.update() : undefined));

function wake() {
  store.wake();
  deleter.wake();
  void updates.check();
}

/** Show the view of the address. */
async function follow() {
  const place = placeOf(location);
  if (place.view === "generation") {
    generation.read(place.id, place.panel ?? null);
    generation.edit(place.id, place.isScript === true);
    if (store.state.generationId !== place.id) await store.open(place.id);
    return;
  }
  if (place.view === "starting") {
    if (store.state.startKey === place.key || (await store.resumeStart(place.key))) return;
    return go("/#/");
  }
  store.clearResults();
  updates.reloadIfIdle();
  if (place.view === "reddit") start.fetchPost(place.path);
}

/** @param {string} address */
function go(address) {
  history.pushState(null, "", address);
  void follow();
}

/** @param {StoreState} state */
function showAddressOf({ generationId, startKey }) {
  const place = placeOf(location);
  const isOver = generationId === null && startKey === null;
  // A start that was cancelled or refused has no address.
  if (isOver && place.view === "starting" && place.key === sentKey) history.replaceState(null, "", "/#/");
  sentKey = startKey ?? sentKey;
  if (startKey !== null && place.view !== "starting") history.pushState(null, "", startingAddress(startKey));
  if (generationId !== null && !(place.view === "generation" && place.id === generationId)) {
    if (place.view === "starting") {
      start.clear();
      // The first comic is worth keeping, and Firefox asks the user.
      void askToKeep(navigator.storage);
    }
    history.replaceState(null, "", generationAddress(generationId));
  }
}

/** @param {StoreState} state */
function show(state) {
  const showsComic = state.generationId !== null || state.isGenerating;
  start.show(!showsComic);
  generation.show(showsComic);
  newStory.hidden = !showsComic;
  if (!showsComic) {
    start.showProblem(state.error);
    start.showCancelling(state.isCancelling);
  }
  generation.update(state);
  const isOther = shownId !== null && state.generationId !== null && state.generationId !== shownId;
  shownId = state.generationId;
  if (showsComic === isAtComic && !isOther) return;
  isAtComic = showsComic;
  if (!showsComic) void shelf.update();
  window.scrollTo(0, 0);
  if (showsComic) generation.focus();
}

/** @param {StoreState} state */
function titleOf(state) {
  const title = state.storyAnalysis?.title;
  const { done, total } = progressOf(state, "panel");
  const counts = state.isGenerating && total !== null ? `(${done}/${total}) ` : "";
  return title === undefined ? NAME : `${counts}${title} – ${NAME}`;
}
