// Loaded into Azurite before its own code. Azure's storage ends its answer to a HEAD of a blob that is not there so that
// the connection stays open (chunked, without chunks). Azurite gives it neither a length nor chunks, and aiohttp closes a
// connection after such an answer: each look for a result would cost a new one.
"use strict";

const { ServerResponse } = require("node:http");

const { writeHead } = ServerResponse.prototype;

ServerResponse.prototype.writeHead = function (status, ...rest) {
  if (this.req.method === "HEAD" && status === 404 && !this.hasHeader("content-length")) {
    this.setHeader("content-length", 0);
  }
  return writeHead.call(this, status, ...rest);
};
