/** Thrift over framed TCP, with a client and a processor of the shape that its compiler prints. */

const timeoutMs = 10_000;

/** Arguments and results are structs with one field that holds the message. */
function structIo(Type) {
  const write = (output, number, message) => {
    output.writeStructBegin("echo");
    output.writeFieldBegin("message", Type.STRUCT, number);
    message.write(output);
    output.writeFieldEnd();
    output.writeFieldStop();
    output.writeStructEnd();
  };
  const read = (input, Message) => {
    let message;
    input.readStructBegin();
    for (;;) {
      const { ftype } = input.readFieldBegin();
      if (ftype === Type.STOP) break;
      message = new Message();
      message.read(input);
      input.readFieldEnd();
    }
    input.readStructEnd();
    input.readMessageEnd();
    return message;
  };
  return { read, write };
}

async function makeService() {
  const { structs, thrift } = await import("../../thrift/structs.mjs");
  const { MessageType, Type } = thrift.Thrift;
  const messages = { echo: structs.Small, blob: structs.Blob };

  const { read, write } = structIo(Type);

  class Processor {
    process(input, output) {
      const { fname, rseqid } = input.readMessageBegin();
      const message = read(input, messages[fname]);
      output.writeMessageBegin(fname, MessageType.REPLY, rseqid);
      write(output, 0, message);
      output.writeMessageEnd();
      output.flush();
    }
  }

  class Client {
    _seqid = 0;
    _reqs = {};

    constructor(output, Protocol) {
      this.output = output;
      this.Protocol = Protocol;
    }

    seqid() {
      return this._seqid;
    }

    call(name, message) {
      this._seqid++;
      return new Promise((resolve, reject) => {
        this._reqs[this._seqid] = (error, answer) => (error ? reject(error) : resolve(answer));
        const output = new this.Protocol(this.output);
        output.writeMessageBegin(name, MessageType.CALL, this._seqid);
        write(output, 1, message);
        output.writeMessageEnd();
        this.output.flush();
      });
    }

    recv(name, input, rseqid) {
      const done = this._reqs[rseqid];
      delete this._reqs[rseqid];
      done(null, read(input, messages[name]));
    }

    recv_echo(input, type, rseqid) {
      this.recv("echo", input, rseqid);
    }

    recv_blob(input, type, rseqid) {
      this.recv("blob", input, rseqid);
    }
  }
  return { thrift, structs, Processor, Client };
}

function thriftStack(name, protocolName) {
  const options = (thrift) => ({ transport: thrift.TFramedTransport, protocol: thrift[protocolName] });
  return {
    name,
    packages: ["thrift"],
    async serve() {
      const { thrift, Processor } = await makeService();
      const server = thrift.createServer(Processor, {}, { ...options(thrift), processor: Processor });
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      return { address: String(server.address().port), close: () => server.close() };
    },
    async connect(port) {
      const { thrift, structs, Client } = await makeService();
      const connection = thrift.createConnection("127.0.0.1", Number(port), {
        ...options(thrift),
        connect_timeout: timeoutMs,
      });
      await new Promise((resolve, reject) => connection.on("connect", resolve).on("error", reject));
      const client = thrift.createClient(Client, connection);
      return {
        echo: (message) => client.call("echo", new structs.Small(message)),
        blob: async (bytes) => (await client.call("blob", new structs.Blob({ data: bytes }))).data,
        close: () => connection.end(),
      };
    },
  };
}

export const thriftStacks = [
  thriftStack("thrift, binary", "TBinaryProtocol"),
  thriftStack("thrift, compact", "TCompactProtocol"),
];
