/* When a flashcard comes again: pure functions, without a page, and the reading of what was kept or imported. */
"use strict";

window.cnnLabs = window.cnnLabs || {};

(function () {
  const MINUTE = 60 * 1000;
  const DAY = 24 * 60 * MINUTE;
  const AGAIN = 10 * MINUTE;
  const LEAST_EASE = 1.3;
  const MOST_EASE = 3;
  const MOST_DAYS = 365;
  const FIRST_DAYS = { 2: 1, 3: 3, 4: 7 };
  const VERSION = 1;

  /**
   * What is known of a card: its ease (by which a good answer multiplies the days), the days of the last interval,
   * good answers in a row, how often it was forgotten, when it is due and when it was asked last (milliseconds).
   * @typedef {{ease: number, days: number, streak: number, lapses: number, due: number, last: number}} State
   */

  /**
   * Return what is known of a card after an answer. The card that comes in is not changed.
   * @param {State|null} card null: it is new
   * @param {1|2|3|4} grade again, hard, good, easy
   * @param {number} now milliseconds
   * @returns {State}
   */
  function schedule(card, grade, now) {
    if (![1, 2, 3, 4].includes(grade)) throw new RangeError(`grade has to be 1, 2, 3 or 4, not ${grade}`);
    const before = card || { ease: 2.5, days: 0, streak: 0, lapses: 0, due: now, last: now };
    const change = { 1: -0.2, 2: -0.15, 3: 0, 4: 0.15 }[grade];
    const ease = Math.min(MOST_EASE, Math.max(LEAST_EASE, Math.round((before.ease + change) * 100) / 100));
    if (grade === 1) {
      const lapses = before.lapses + (before.streak ? 1 : 0);
      return { ease, days: 0, streak: 0, lapses, due: now + AGAIN, last: now };
    }
    const days = before.streak ? laterDays(before, now)[grade] : FIRST_DAYS[grade];
    return { ease, days, streak: before.streak + 1, lapses: before.lapses, due: now + days * DAY, last: now };
  }

  /**
   * Return the days until a known card comes again, by grade: each at least a day more than the grade below.
   * Who knows a card after a longer time than planned gets credit for it.
   * @param {State} card
   * @param {number} now
   * @returns {Object<number, number>}
   */
  function laterDays(card, now) {
    const late = Math.max(0, (now - card.due) / DAY);
    const most = (days) => Math.min(MOST_DAYS, Math.round(days));
    const hard = most(Math.max(card.days + 1, card.days * 1.2));
    const good = most(Math.max(hard + 1, (card.days + late / 2) * card.ease));
    return { 2: hard, 3: good, 4: most(Math.max(good + 1, (card.days + late) * card.ease * 1.3)) };
  }

  /**
   * Return an interval in words.
   * @param {number} time milliseconds
   * @returns {string}
   */
  function interval(time) {
    const unit = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;
    const minutes = Math.max(1, Math.round(time / MINUTE));
    if (minutes < 90) return unit(minutes, "minute");
    const hours = Math.round(minutes / 60);
    if (hours < 24) return unit(hours, "hour");
    const days = Math.round(time / DAY);
    return days < 60 ? unit(days, "day") : unit(Math.round(days / 30.4), "month");
  }

  /**
   * Return the cards of a session: those due, the longest first, then new ones, in turn from each lab.
   * @param {string[]} ids each begins with its lab's number and a dash
   * @param {Object<string, State>} known
   * @param {number} now
   * @param {number} mostNew
   * @returns {string[]}
   */
  function queue(ids, known, now, mostNew) {
    const due = ids.filter((id) => known[id] && known[id].due <= now).sort((a, b) => known[a].due - known[b].due);
    return [...due, ...inTurn(ids.filter((id) => !known[id])).slice(0, mostNew)];
  }

  /**
   * Return cards in another order: the first of each lab, the second of each, and so on.
   * @param {string[]} ids
   * @returns {string[]}
   */
  function inTurn(ids) {
    const seen = new Map();
    const ranked = ids.map((id) => {
      const lab = id.split("-")[0];
      const rank = seen.get(lab) || 0;
      seen.set(lab, rank + 1);
      return { id, rank };
    });
    return ranked.sort((a, b) => a.rank - b.rank).map(({ id }) => id);
  }

  /**
   * Tell whether a value is what `schedule` gives.
   * @param {*} value
   * @returns {boolean}
   */
  function isState(value) {
    const names = ["ease", "days", "streak", "lapses", "due", "last"];
    if (!value || typeof value !== "object" || !names.every((name) => Number.isFinite(value[name]))) return false;
    const counts = ["days", "streak", "lapses"].every((name) => Number.isInteger(value[name]) && value[name] >= 0);
    return counts && value.days <= MOST_DAYS && value.ease >= LEAST_EASE && value.ease <= MOST_EASE;
  }

  /**
   * Return what a kept or exported text holds, card by card; an Error's message says what is wrong with the text.
   * @param {string} text
   * @returns {{cards: Object<string, State>, broken: number}}
   */
  function read(text) {
    let content;
    try {
      content = JSON.parse(text);
    } catch {
      throw new Error("This is no JSON.");
    }
    if (!content || content.kind !== "cnn-labs cards" || content.version !== VERSION) {
      throw new Error("This is no file of these flashcards, or it is of another version.");
    }
    const cards = Object.create(null);
    let broken = 0;
    for (const [id, state] of Object.entries(content.cards || {})) {
      if (isState(state)) cards[id] = state;
      else broken += 1;
    }
    return { cards, broken };
  }

  /**
   * Return the text that `read` reads.
   * @param {Object<string, State>} cards
   * @returns {string}
   */
  function write(cards) {
    return JSON.stringify({ kind: "cnn-labs cards", version: VERSION, cards });
  }

  window.cnnLabs.schedule = { schedule, interval, queue, read, write };
})();
