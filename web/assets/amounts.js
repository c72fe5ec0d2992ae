/** Numbers, prices and durations as texts. */

/** Return an amount, such as `$0.75`. @param {number} amount @param {number} [digits] */
export function dollars(amount, digits = 2) {
  return `$${amount.toFixed(digits)}`;
}

/** Return a number with its noun, such as `1 panel` or `2 panels`. @param {number} count @param {string} noun */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Return the time that is left in words. @param {number} seconds */
export function leftInWords(seconds) {
  if (seconds <= 5) return "a few seconds left";
  if (seconds <= 50) return `about ${Math.ceil(seconds / 10) * 10} seconds left`;
  return `about ${counted(Math.round(seconds / 60), "minute")} left`;
}

/** Return a duration, such as `45 s` or `2 min 5 s`. @param {number} seconds */
export function durationInWords(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return minutes === 0 ? `${whole} s` : `${minutes} min ${whole % 60} s`;
}

/** Return names as a list, such as `Mira, Jon and Ida`. @param {string[]} names */
export function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
