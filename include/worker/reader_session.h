/* SPDX-License-Identifier: MIT
 *
 * The worker's other work: it runs a Lua reader for an import, on standard input and output, in the
 * same jail (import/reader_protocol.h).
 */
#ifndef WORKER_READER_SESSION_H
#define WORKER_READER_SESSION_H

/* Serves one import. Returns the exit status; a failure of the page is told by a message. */
int reader_session_serve(void);

#endif
