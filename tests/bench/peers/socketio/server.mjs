// Socket.IO on Node: whatever one says is told everybody. WebSocket only, as it is at its fastest.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  pingInterval: 3_600_000,
  pingTimeout: 3_600_000,
});

io.on("connection", (socket) => {
  socket.on("say", (event) => io.emit("say", event));
});

http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
