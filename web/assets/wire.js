/**
 * What the app sends: the messages of the stream, and a generation at a glance.
 *
 * @typedef {"manga" | "comic"} Style
 * @typedef {"character" | "panel"} ItemKind
 *
 * @typedef {{ name: string, physicalDescription: string, personality: string, role: string }} Character
 * @typedef {{ timePeriod: string, location: string, mood: string }} Setting
 * @typedef {{ title: string, characters: Character[], setting: Setting }} StoryAnalysis
 * @typedef {{
 *   panelNumber: number, characters: string[], sceneDescription: string, dialogue?: string,
 *   cameraAngle: string, visualMood: string
 * }} PanelPlan `panelNumber` counts from 1.
 * @typedef {{ panels: PanelPlan[] }} StoryBreakdown
 * @typedef {{ name: string, image: string, description: string }} CharacterReference `image` is an address.
 * @typedef {{ panelNumber: number, image: string }} GeneratedPanel `panelNumber` counts from 1.
 *
 * @typedef {{ generationId: string }} OfGeneration
 * @typedef {OfGeneration & { type: "status", step: string, message: string }} StatusMessage
 * @typedef {OfGeneration & { type: "analysis", seq: number, data: StoryAnalysis }} AnalysisMessage
 * @typedef {OfGeneration & { type: "chunks", seq: number, data: StoryBreakdown }} ChunksMessage
 * @typedef {OfGeneration & {
 *   type: "character", seq: number, index: number, version: number, data: CharacterReference
 * }} CharacterMessage `index` counts from 0.
 * @typedef {OfGeneration & {
 *   type: "panel", seq: number, panelNumber: number, version: number, data: GeneratedPanel
 * }} PanelMessage `panelNumber` counts from 0 here, and from 1 in `data`.
 * @typedef {OfGeneration & {
 *   type: "error", seq?: number, step: string, message: string, retrying?: boolean, code?: string, index?: number
 * }} ErrorMessage Without `seq` it is passing news: another attempt follows.
 * @typedef {{
 *   calls: number, inputTokens: number, outputTokens: number, images: number, price?: number | null, currency: string
 * }} Usage What the model was asked for so far; there is no price where that of a model is not known.
 * @typedef {OfGeneration & {
 *   type: "complete", seq: number, totalPanels: number, failedPanels?: number[], failedCharacters?: number[],
 *   usage?: Usage
 * }} CompleteMessage
 * @typedef {StatusMessage | AnalysisMessage | ChunksMessage | CharacterMessage | PanelMessage | ErrorMessage
 *   | CompleteMessage} StreamMessage
 * @typedef {AnalysisMessage | ChunksMessage | CharacterMessage | PanelMessage | (ErrorMessage & { seq: number })
 *   | CompleteMessage} ResultMessage A message that is numbered, and kept.
 *
 * @typedef {{
 *   status: "running" | "completed" | "failed" | "cancelled", lastSeq: number, style?: Style, noDialogue?: boolean,
 *   usage?: Usage
 * }} GenerationAtAGlance
 */

/** @type {Readonly<Record<string, (message: Record<string, unknown>) => boolean>>} */
const SHAPES = {
  status: (message) => isText(message.step) && isText(message.message),
  analysis: (message) => isNumbered(message) && isRecord(message.data) && Array.isArray(message.data.characters),
  chunks: (message) => isNumbered(message) && isRecord(message.data) && Array.isArray(message.data.panels),
  character: (message) => isNumbered(message) && isDrawn(message.data),
  panel: (message) => isNumbered(message) && isCount(message.panelNumber) && isDrawn(message.data),
  error: (message) => isText(message.step) && isText(message.message),
  complete: (message) => isNumbered(message) && isCount(message.totalPanels),
};

/**
 * Tell whether a value from outside is a message, as far as this page depends on it.
 *
 * @param {unknown} value
 * @returns {value is StreamMessage}
 */
export function isMessage(value) {
  return isRecord(value) && isText(value.type) && (SHAPES[value.type]?.(value) ?? false);
}

/**
 * Tell whether a message is numbered and kept.
 *
 * @param {StreamMessage} message
 * @returns {message is ResultMessage}
 */
export function isResult(message) {
  return message.type !== "status" && message.seq !== undefined;
}

/**
 * Tell whether a response can end for good after this message. A generation that was gone on with has such messages
 * in its middle, too.
 *
 * @param {StreamMessage} message
 */
export function isEnding(message) {
  if (message.type === "complete") return true;
  return message.type === "error" && (message.step === "critical" || message.step === "cancelled");
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export function isRecord(value) {
  return typeof value === "object" && value !== null;
}

/** @param {unknown} value @returns {value is string} */
function isText(value) {
  return typeof value === "string";
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** @param {Record<string, unknown>} message */
function isNumbered(message) {
  return isCount(message.seq);
}

/** @param {unknown} value */
function isDrawn(value) {
  return isRecord(value) && isText(value.image);
}
