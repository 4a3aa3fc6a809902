/**
 * The queues that BookWyrm sends tasks to (v0.8.2 and v0.9.2: `-Q` of the worker in docker-compose.yml).
 * A queue that no worker serves fills up without a word (bookwyrm-social/bookwyrm#3168).
 */
export const QUEUES = [
  "high_priority",
  "medium_priority",
  "low_priority",
  "streams",
  "images",
  "suggested_users",
  "email",
  "connectors",
  "lists",
  "inbox",
  "imports",
  "import_triggered",
  "broadcast",
  "misc",
] as const;
