package dev.baton.failover;

import dev.baton.contract.Rules;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The coordinators that live, as Kafka knows their group: any of them may own a partition next. */
public final class CoordinatorGroup {
    private static final String PREFIX = StreamsSettings.APPLICATION + "-rules-";
    private static final Pattern CLIENT_ID = Pattern.compile(Pattern.quote(PREFIX) + "([1-9][0-9]{0,8})-.*");
    private static final long LIMIT_SECONDS = 15;

    /**
     * One of them.
     *
     * @param host as Kafka sees it
     * @param knows the newest rules that it knows; the first for a release that does not say
     */
    public record Member(String host, Rules knows) {}

    private CoordinatorGroup() {}

    /** By its client id a coordinator says which rules it knows. */
    static String clientId(Rules knows, String unique) {
        return PREFIX + knows + "-" + unique;
    }

    /**
     * Those that live. One that was killed may be among them for a session timeout.
     *
     * @param client at least {@code bootstrap.servers}
     * @throws KafkaException if Kafka does not say
     * @throws InterruptedException if interrupted while waiting for Kafka
     */
    public static List<Member> members(Map<String, Object> client) throws InterruptedException {
        try (var admin = Admin.create(client)) {
            Map<String, ConsumerGroupDescription> groups = admin.describeConsumerGroups(
                            List.of(StreamsSettings.APPLICATION))
                    .all()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return groups.values().stream()
                    .flatMap(group -> of(group.members()).stream())
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw new KafkaException("Kafka does not say which coordinators live: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka does not say which coordinators live", e);
        }
    }

    private static List<Member> of(Collection<MemberDescription> members) {
        return members.stream()
                .map(member -> new Member(member.host().replaceFirst("^/", ""), knownBy(member.clientId())))
                .sorted(Comparator.comparing(Member::host))
                .toList();
    }

    private static Rules knownBy(String clientId) {
        Matcher matcher = CLIENT_ID.matcher(clientId);
        return matcher.matches() ? new Rules(Integer.parseInt(matcher.group(1))) : Rules.FIRST;
    }
}
