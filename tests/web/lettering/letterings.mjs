/** Texts of a comic with two panels, as the app answers them. */

const line = (text, x, y) => ({ text, x, y, length: 0.2 });

/** Return the texts in a language; German is the comic's own. */
export function lettering(language = "de", { words = "Wer da?", version = 1 } = {}) {
  const hello = {
    kind: "dialogue",
    text: words,
    speaker: "Mira",
    place: { x: 0.1, y: 0.1, width: 0.3, height: 0.2 },
    fontSize: 0.04,
    lines: [line(words, 0.25, 0.2)],
    tail: [0.3, 0.5],
    isPlacedByHand: false,
  };
  const later = {
    kind: "narration",
    text: "Später.",
    place: { x: 0.5, y: 0.8, width: 0.4, height: 0.1 },
    fontSize: 0.04,
    lines: [line("Später.", 0.7, 0.85)],
    isPlacedByHand: false,
  };
  const panel = (index, texts) => ({ panel: index, language, direction: "ltr", isVertical: false, version, texts });
  const languages = [{ language: "de", status: "done" }];
  return { lettering: "text", language, title: "Das Meer", languages, panels: [panel(0, [hello, later]), panel(1, [])] };
}
