/** The four shapes of a call through generated stubs, over every transport. */

import { expect, test } from "vitest";
import { createRouteGuideClient } from "../gen/route-guide/route-guide.client.js";
import type { RouteGuideHandler } from "../gen/route-guide/route-guide.server.js";
import { serveRouteGuide } from "../gen/route-guide/route-guide.server.js";
import type { Feature, PointInit } from "../gen/route-guide/route-guide.types.js";
import { collect, speaking, transports, twoSides } from "./two-sides.js";

const features: Feature[] = [
  { name: "Mill", location: { latitude: 409146138, longitude: -746188906 } },
  { name: "Bridge", location: { latitude: 411733222, longitude: -744228360 } },
  { name: "", location: { latitude: 1, longitude: -1 } },
];

const handler: RouteGuideHandler = {
  getFeature(point) {
    const found = features.find(
      (f) => f.location?.latitude === point.latitude && f.location.longitude === point.longitude,
    );
    return found ?? { location: point };
  },
  async *listFeatures({ low, high }) {
    for (const feature of features) {
      const latitude = feature.location?.latitude ?? 0;
      if (latitude >= (low?.latitude ?? 0) && latitude <= (high?.latitude ?? 0)) yield feature;
    }
  },
  async recordRoute(points) {
    let pointCount = 0;
    for await (const _point of points) pointCount++;
    return { pointCount, featureCount: 1, distanceMetres: 1.5, elapsed: 250 };
  },
  async *routeChat(notes) {
    for await (const note of notes) yield { ...note, message: note.message.toUpperCase() };
  },
};

const ways = [...transports.map((transport) => [transport, "protobuf"] as const), ["memory", "json"] as const];

test.each(ways)("all four shapes work over %s in %s", async (transport, codec) => {
  const services = [serveRouteGuide(handler)];
  const { channel } = await twoSides(services, transport, {}, speaking(codec, services));
  const guide = createRouteGuideClient(channel);

  expect(await guide.getFeature({ latitude: 409146138, longitude: -746188906 })).toEqual(features[0]);
  expect(await guide.getFeature({ latitude: 5 })).toEqual({ name: "", location: { latitude: 5, longitude: 0 } });

  const listed = await collect(guide.listFeatures({ low: { latitude: 2 }, high: { latitude: 500000000 } }));
  expect(listed.map((feature) => feature.name)).toEqual(["Mill", "Bridge"]);

  async function* points(): AsyncGenerator<PointInit> {
    for (let i = 0; i < 10_000; i++) yield { latitude: i, longitude: -i };
  }
  expect(await guide.recordRoute(points())).toEqual({
    pointCount: 10_000,
    featureCount: 1,
    distanceMetres: 1.5,
    elapsed: 250,
  });

  const spoken: string[] = [];
  async function* talk(): AsyncGenerator<{ message: string }> {
    for (const message of ["a", "b", "c"]) {
      yield { message };
      // The next one is said only after the answer to this one came: both directions are open at once.
      while (!spoken.includes(message.toUpperCase())) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  for await (const note of guide.routeChat(talk())) spoken.push(note.message);
  expect(spoken).toEqual(["A", "B", "C"]);
});
