/** The language in which each comic is shown on this device. */

import { LocalValue, attempt } from "../storage/local_value.js";
import { RecentValues } from "../storage/recent_values.js";

const MOST = 50;

/** @type {RecentValues<string>} by the id of the generation */
export const chosenLanguages = new RecentValues(
  new LocalValue(attempt(() => localStorage), "story-to-manga:languages"),
  MOST,
  (value) => typeof value === "string",
);
