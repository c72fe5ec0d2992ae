/** Alternative texts of images. */

/** @import { Character, PanelPlan } from "../wire.js" */

/** @param {Pick<PanelPlan, "sceneDescription" | "dialogue">} plan @param {number} index counts from 0 */
export function panelAlt(plan, index) {
  const spoken = plan.dialogue ? ` Spoken: “${plan.dialogue}”` : "";
  return `Panel ${index + 1}. ${sentence(plan.sceneDescription)}${spoken}`;
}

/** @param {Character} character */
export function characterAlt(character) {
  return `Character sheet of ${character.name}. ${sentence(character.physicalDescription)}`.trim();
}

/** @param {string} text */
function sentence(text) {
  const trimmed = text.trim();
  return trimmed === "" || /[.!?…。！？]["”’]?$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
