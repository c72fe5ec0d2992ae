/**
 * The app's messages: the stream, and the state of a generation.
 *
 * @import { LanguageState, LetteringMode, PlannedText } from "./lettering_types.d.ts"
 * @typedef {"manga" | "comic"} Style
 * @typedef {"character" | "panel"} ItemKind
 * @typedef {"nothing" | "current"} Origin What an image is drawn from.
 * @typedef {"auto" | "square" | "portrait" | "landscape" | "tall"} Aspect
 * @typedef {"1K" | "2K" | "4K"} ImageSize
 * @typedef {{
 *   styleText?: string, aspect?: Aspect, imageSize?: ImageSize, lettering?: LetteringMode, language?: string
 * }} Look How the images and the texts are made; without the defaults.
 * @typedef {Look & {
 *   story: string, style: Style, noDialogue: boolean, stopAfter?: "plan", continues?: string, chapters?: "auto"
 * }} StoryRequest What the user has asked for. `continues` is the id of the chapter before.
 *
 * @typedef {{ name: string, physicalDescription: string, personality: string, role: string }} Character
 * @typedef {{ timePeriod: string, location: string, mood: string }} Setting
 * @typedef {{ title: string, characters: Character[], setting: Setting }} StoryAnalysis
 * @typedef {{
 *   panelNumber: number, characters: string[], sceneDescription: string, dialogue?: string,
 *   cameraAngle: string, visualMood: string, texts?: PlannedText[] | null,
 *   faces?: { name: string, part: string }[] | null
 * }} PanelPlan `panelNumber` counts from 1. Comics whose lettering is text have `texts` and `faces`.
 * @typedef {{ panels: PanelPlan[] }} StoryBreakdown
 * @typedef {{ analysis: StoryAnalysis, chunks: StoryBreakdown }} Plan The script.
 * @typedef {{ name: string, image: string, description: string }} CharacterReference `image` is an address.
 * @typedef {{ panelNumber: number, image: string }} GeneratedPanel `panelNumber` counts from 1.
 *
 * @typedef {{ generationId: string }} OfGeneration
 * @typedef {OfGeneration & { type: "status", step: string, message: string }} StatusMessage
 * @typedef {OfGeneration & { type: "analysis", seq: number, data: StoryAnalysis, outdated?: number[] }} AnalysisMessage
 * @typedef {OfGeneration & {
 *   type: "chunks", seq: number, data: StoryBreakdown, outdated?: number[]
 * }} ChunksMessage The images at the indexes `outdated` were drawn from an earlier script, and count no longer.
 * @typedef {OfGeneration & {
 *   type: "character", seq: number, index: number, version: number, data: CharacterReference
 * }} CharacterMessage `index` counts from 0.
 * @typedef {OfGeneration & {
 *   type: "panel", seq: number, panelNumber: number, version: number, data: GeneratedPanel
 * }} PanelMessage `panelNumber` counts from 0 here, and from 1 in `data`.
 * @typedef {OfGeneration & {
 *   type: "error", seq?: number, step: string, message: string, retrying?: boolean, code?: string, index?: number
 * }} ErrorMessage Without `seq` it is a progress message: another attempt follows.
 * @typedef {{
 *   calls: number, inputTokens: number, outputTokens: number, images: number, price?: number | null, currency: string
 * }} Usage Model calls so far; without a price if that of a model is unknown.
 * @typedef {OfGeneration & {
 *   type: "complete", seq: number, totalPanels: number, failedPanels?: number[], failedCharacters?: number[],
 *   stoppedAfter?: "plan", usage?: Usage
 * }} CompleteMessage
 * @typedef {StatusMessage | AnalysisMessage | ChunksMessage | CharacterMessage | PanelMessage | ErrorMessage
 *   | CompleteMessage} StreamMessage
 * @typedef {AnalysisMessage | ChunksMessage | CharacterMessage | PanelMessage | (ErrorMessage & { seq: number })
 *   | CompleteMessage} ResultMessage A message with a `seq`.
 *
 * @typedef {{
 *   status: "running" | "completed" | "failed" | "cancelled", lastSeq: number, style?: Style, noDialogue?: boolean,
 *   aspect?: Aspect, lettering?: LetteringMode, languages?: LanguageState[],
 *   usage?: Usage, cost?: Cost | null, title?: string | null,
 *   progress?: { panels: { done: number, total: number | null } }, elapsedS: number | null, share?: ShareLink | null,
 *   images?: Partial<Record<"characters" | "panels", ImageVersions[]>>, chapters?: Chapter[]
 * }} GenerationStateAnswer `elapsedS` is how long the round has taken, by the clock of the app.
 * @typedef {{ number: number, id: string, title: string | null, status: "waiting" | GenerationStateAnswer["status"] }} Chapter
 * @typedef {{ versions: number[], version: number | null }} ImageVersions `version` is the one that counts.
 * @typedef {{ url: string, expires: string }} ShareLink `url` is an address of this app, without its origin.
 * @typedef {{ calls: number, tokens: number, images: number, price: number | null }} PartCost
 * @typedef {"story" | "script" | "characters" | "panels"} Part
 * @typedef {PartCost & { isFree: boolean, parts: Record<Part, PartCost> }} Cost What all rounds so far have cost.
 *
 * @typedef {{ min: number, expected: number, max: number }} Range
 * @typedef {{
 *   panels: Range, likelyPanels?: { min: number, max: number }, minutes: Range, price: Range | null, isFree?: boolean,
 *   chapters?: PlannedChapter[]
 * }} GenerationEstimate `price` is null if that of a model is unknown; `isFree`: the pictures are test pictures; the
 *   estimate is that of all `chapters`.
 * @typedef {{ number: number, words: number, firstWords: string }} PlannedChapter
 */

/** @type {Readonly<Record<string, (message: Record<string, unknown>) => boolean>>} */
const SHAPES = {
  status: (message) => isText(message.step) && isText(message.message),
  analysis: (message) => isCount(message.seq) && isRecord(message.data) && Array.isArray(message.data.characters),
  chunks: (message) => isCount(message.seq) && isRecord(message.data) && Array.isArray(message.data.panels),
  character: (message) => isCount(message.seq) && isDrawn(message.data),
  panel: (message) => isCount(message.seq) && isCount(message.panelNumber) && isDrawn(message.data),
  error: (message) => isText(message.step) && isText(message.message),
  complete: (message) => isCount(message.seq) && isCount(message.totalPanels),
};

/**
 * Return whether a value is a message, as far as this page depends on it.
 *
 * @param {unknown} value
 * @returns {value is StreamMessage}
 */
export function isMessage(value) {
  return isRecord(value) && isText(value.type) && (SHAPES[value.type]?.(value) ?? false);
}

/**
 * Return whether a message is a result, with a `seq`.
 *
 * @param {StreamMessage} message
 * @returns {message is ResultMessage}
 */
export function isResult(message) {
  return message.type !== "status" && message.seq !== undefined;
}

/** Return whether a generation can end with this message. After a retry, more may follow. @param {StreamMessage} message */
export function isEnding(message) {
  if (message.type === "complete") return true;
  return message.type === "error" && (message.step === "critical" || message.step === "cancelled");
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export function isRecord(value) {
  return typeof value === "object" && value !== null;
}

/** Return the look that a stored value holds, as far as it is usable. @param {Record<string, unknown>} value @returns {Look} */
export function lookIn({ styleText, aspect, imageSize, lettering, language }) {
  return {
    ...(isText(styleText) ? { styleText } : {}),
    ...(isText(aspect) ? { aspect: /** @type {Aspect} */ (aspect) } : {}),
    ...(isText(imageSize) ? { imageSize: /** @type {ImageSize} */ (imageSize) } : {}),
    ...(lettering === "text" ? { lettering } : {}),
    ...(isText(language) ? { language } : {}),
  };
}

/** @param {unknown} value @returns {value is string} */
function isText(value) {
  return typeof value === "string";
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** @param {unknown} value */
function isDrawn(value) {
  return isRecord(value) && isText(value.image);
}
