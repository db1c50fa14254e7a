package io.forebay.simulator.ledger;

/**
 * The totals of a {@link Ledger} at one moment.
 *
 * @param published messages sent to the broker at any QoS, resends not counted
 * @param publishedAtQos0 those of them that nobody acknowledges
 * @param acknowledged PUBACK (QoS 1) or PUBREC (QoS 2) received: from here on the broker answers for the message
 * @param refused acknowledged with an MQTT 5 reason code that says no
 * @param resent repeats that a device sent itself, with DUP, after a reconnect
 * @param arrived different messages that reached the consumer
 * @param arrivedAtQos0 those of them that were published at QoS 0
 * @param lost acknowledged and not arrived
 * @param outOfOrder first arrivals of QoS 1 and 2 after a later message of their lane had arrived
 * @param outOfOrderAtQos0 the same at QoS 0: what nobody promised may also come late, as when a broker lost it and the
 *     sender before the broker did not
 * @param repeatedSameId arrived again with the message-id of the first arrival
 * @param repeatedByDevice arrived again with another message-id, a QoS 1 message which the device had resent
 * @param repeatedOtherId arrived again with another message-id and no such excuse
 * @param repeatedUnknownId arrived again, without an id or too late to compare it
 * @param corrupt payloads of this run with a wrong checksum
 * @param invented intact payloads that no device had published
 * @param foreign arrivals that do not belong to this run
 * @param wills wills of devices of this run, published by the broker
 */
public record Tally(
        long published,
        long publishedAtQos0,
        long acknowledged,
        long refused,
        long resent,
        long arrived,
        long arrivedAtQos0,
        long lost,
        long outOfOrder,
        long outOfOrderAtQos0,
        long repeatedSameId,
        long repeatedByDevice,
        long repeatedOtherId,
        long repeatedUnknownId,
        long corrupt,
        long invented,
        long foreign,
        long wills) {

    public long repeated() {
        return repeatedSameId + repeatedByDevice + repeatedOtherId + repeatedUnknownId;
    }

    /** Published at QoS 1 or 2 and neither acknowledged nor refused. */
    public long unacknowledged() {
        return published - publishedAtQos0 - acknowledged - refused;
    }
}
