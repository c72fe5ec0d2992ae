/** Texts that are set over pictures: the app's answers. Places and lengths are shares of the picture. */

/** `drawn`: the model draws the words; `text`: the page sets them over the pictures. */
export type LetteringMode = "drawn" | "text";

export type TextKind = "dialogue" | "narration" | "effect";

/** A rectangle of the picture; `x` and `y` are its upper left corner. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A text of the script. */
export interface PlannedText {
  kind: TextKind;
  text: string;
  speaker?: string | null;
}

/** A line (in vertical scripts, a column): its middle, and its length along the direction of writing. */
export interface SetLine {
  text: string;
  x: number;
  y: number;
  length: number;
}

/** A text as it is set. `fontSize` is a share of the picture's width; `tail` is the point that a balloon points to. */
export interface SetText extends PlannedText {
  place: Place;
  fontSize: number;
  lines: SetLine[];
  tail?: [number, number] | null;
  isPlacedByHand?: boolean;
}

/** The texts of a panel, which counts from 0. `version` is that of the picture for which places were chosen. */
export interface PanelLettering {
  panel: number;
  language: string;
  direction: "ltr" | "rtl";
  isVertical: boolean;
  version?: number | null;
  texts: SetText[];
}

export interface LanguageState {
  language: string;
  status: "done" | "running" | "failed";
}

/** The texts of a comic in one language. The first one of `languages` is the comic's own. */
export interface Lettering {
  language: string;
  title: string;
  languages: LanguageState[];
  panels: PanelLettering[];
}
