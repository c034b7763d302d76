// What can be told from a code without asking anybody: its form, and the number of the meeting it names. Never whether
// it is genuine: only the office can check the seal. The twin of meetings/attendance/codes.py.

const NUMBER = "(0|[1-9][0-9]{0,17})";
const PERSONAL = new RegExp(`^P1\\.${NUMBER}\\.${NUMBER}\\.${NUMBER}\\.[A-Z2-7]{26}$`);
const ROOM = /^R1\./;

/** The code in what a camera, a keyboard or a hand-held reader gave: the text itself, or the end of an address. */
export function codeIn(text) {
  const bare = text.trim();
  const address = /^https?:\/\/\S*\/((?:P1|R1)(?:\.|%2E)[^/?#\s]+)/i.exec(bare);
  let code = bare;
  if (address) {
    try {
      code = decodeURIComponent(address[1]);
    } catch {
      code = address[1];
    }
  }
  return code.toUpperCase();
}

/** "personal" for a code to be sent, else why not: "other_meeting", "room_code", "unreadable". */
export function kindOf(code, meeting) {
  if (ROOM.test(code)) return "room_code";
  const found = PERSONAL.exec(code);
  if (!found) return "unreadable";
  return found[1] === String(meeting) ? "personal" : "other_meeting";
}
