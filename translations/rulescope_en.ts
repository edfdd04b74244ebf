<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Facts</name>
    <message numerus="yes">
        <source>%Ln trial(s), animals: %1, whole sessions: %2</source>
        <translation>
            <numerusform>%Ln trial, animals: %1, whole sessions: %2</numerusform>
            <numerusform>%Ln trials, animals: %1, whole sessions: %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln trial(s), whole sessions: %1</source>
        <translation>
            <numerusform>%Ln trial, whole sessions: %1</numerusform>
            <numerusform>%Ln trials, whole sessions: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, n = %Ln trial(s)</source>
        <translation>
            <numerusform>%1, n = %Ln trial</numerusform>
            <numerusform>%1, n = %Ln trials</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1; %n fit(s) diverged and were left out</source>
        <translation>
            <numerusform>%1; %n fit diverged and was left out</numerusform>
            <numerusform>%1; %n fits diverged and were left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected animal(s)</source>
        <translation>
            <numerusform>%n selected animal</numerusform>
            <numerusform>%n selected animals</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FitWords</name>
    <message numerus="yes">
        <source>%n animal(s)</source>
        <translation>
            <numerusform>%n animal</numerusform>
            <numerusform>%n animals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Comparison of %n rule(s)</source>
        <translation>
            <numerusform>Comparison of %n rule</numerusform>
            <numerusform>Comparison of %n rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n held out</source>
        <translation>
            <numerusform>%n held out</numerusform>
            <numerusform>%n held out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n seed(s)</source>
        <translation>
            <numerusform>%n seed</numerusform>
            <numerusform>%n seeds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportText</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) understood</source>
        <translation>
            <numerusform>%n file understood</numerusform>
            <numerusform>%n files understood</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>joins the animal in the study, which has %n session(s) of it already</source>
        <translation>
            <numerusform>joins the animal in the study, which has %n session of it already</numerusform>
            <numerusform>joins the animal in the study, which has %n sessions of it already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stretch(es) of trials left out</source>
        <translation>
            <numerusform>%n stretch of trials left out</numerusform>
            <numerusform>%n stretches of trials left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n phase(s)</source>
        <translation>
            <numerusform>%n phase</numerusform>
            <numerusform>%n phases</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>notes about %n animal(s)</source>
        <translation>
            <numerusform>notes about %n animal</numerusform>
            <numerusform>notes about %n animals</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::desktop::Document</name>
    <message numerus="yes">
        <source>Add %n artificial animal(s)</source>
        <translation>
            <numerusform>Add %n artificial animal</numerusform>
            <numerusform>Add %n artificial animals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n animal(s)</source>
        <translation>
            <numerusform>Import %n animal</numerusform>
            <numerusform>Import %n animals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n animal(s)</source>
        <translation>
            <numerusform>Remove %n animal</numerusform>
            <numerusform>Remove %n animals</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::desktop::MainWindow</name>
    <message numerus="yes">
        <source>%n artificial animal(s) are in the study: see Behaviour.</source>
        <translation>
            <numerusform>%n artificial animal is in the study: see Behaviour.</numerusform>
            <numerusform>%n artificial animals are in the study: see Behaviour.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s) left every range and were stopped; the learning curves say at which step. A smaller learning rate or gain may help.</source>
        <translation>
            <numerusform>%n network left every range and was stopped; the learning curves say at which step. A smaller learning rate or gain may help.</numerusform>
            <numerusform>%n networks left every range and were stopped; the learning curves say at which step. A smaller learning rate or gain may help.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Imported %n animal(s)</source>
        <translation>
            <numerusform>Imported %n animal</numerusform>
            <numerusform>Imported %n animals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) waiting</source>
        <translation>
            <numerusform>%n job waiting</numerusform>
            <numerusform>%n jobs waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) paused</source>
        <translation>
            <numerusform>%n job paused</numerusform>
            <numerusform>%n jobs paused</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The trials of %n of them have changed since: what is started again is fitted to the trials as they are now.</source>
        <translation>
            <numerusform>The trials of %n of them have changed since: started again, it is fitted to the trials as they are now.</numerusform>
            <numerusform>The trials of %n of them have changed since: started again, they are fitted to the trials as they are now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them can't start: animals are not in the study any more.</source>
        <translation>
            <numerusform>%n of them can't start: animals of it are not in the study any more.</numerusform>
            <numerusform>%n of them can't start: animals of theirs are not in the study any more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n report(s), figure(s) or validation(s) are not finished yet.</source>
        <translation>
            <numerusform>A report, figure or validation is not finished yet.</numerusform>
            <numerusform>%n reports, figures or validations are not finished yet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n result(s) of the Validation page are in no file.</source>
        <translation>
            <numerusform>A result of the Validation page is in no file.</numerusform>
            <numerusform>%n results of the Validation page are in no file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) running</source>
        <translation>
            <numerusform>%n job running</numerusform>
            <numerusform>%n jobs running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Rulescope ended while %n job(s) of this study ran: %1.</source>
        <translation>
            <numerusform>Rulescope ended while %n job of this study ran: %1.</numerusform>
            <numerusform>Rulescope ended while %n jobs of this study ran: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n note(s) in this file don&apos;t fit its animals and were left out; saving leaves them out for good. The first: %1</source>
        <translation>
            <numerusform>%n note in this file doesn&apos;t fit its animal and was left out; saving leaves it out for good: %1</numerusform>
            <numerusform>%n notes in this file don&apos;t fit its animals and were left out; saving leaves them out for good. The first: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This stops %n fit(s), which can be resumed afterwards: %1.</source>
        <translation>
            <numerusform>This stops %n fit, which can be resumed afterwards: %1.</numerusform>
            <numerusform>This stops %n fits, which can be resumed afterwards: %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::models::StudyTreeModel</name>
    <message numerus="yes">
        <source>%Ln trial(s), %1 with a choice, %2 to the right</source>
        <translation>
            <numerusform>%Ln trial, %1 with a choice, %2 to the right</numerusform>
            <numerusform>%Ln trials, %1 with a choice, %2 to the right</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Accuracy %1 over %Ln trial(s) with a known outcome</source>
        <translation>
            <numerusform>Accuracy %1 over %Ln trial with a known outcome</numerusform>
            <numerusform>Accuracy %1 over %Ln trials with a known outcome</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n session(s)</source>
        <translation>
            <numerusform>%n session</numerusform>
            <numerusform>%n sessions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::panels::BrowserPanel</name>
    <message numerus="yes">
        <source>%Ln trial(s)</source>
        <translation>
            <numerusform>%Ln trial</numerusform>
            <numerusform>%Ln trials</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n animal(s)</source>
        <translation>
            <numerusform>%n animal</numerusform>
            <numerusform>%n animals</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::panels::ImportPreview</name>
    <message numerus="yes">
        <source>%n file(s) and folder(s)</source>
        <translation>
            <numerusform>%n file and folder</numerusform>
            <numerusform>%n files and folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n animal(s)?</source>
        <translation>
            <numerusform>Import %n animal?</numerusform>
            <numerusform>Import %n animals?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::desktop::StudyJobs</name>
    <message numerus="yes">
        <source>%n interrupted job(s) were written by another version of Rulescope and can&apos;t be started by this one. They are kept for it.</source>
        <translation>
            <numerusform>%n interrupted job was written by another version of Rulescope and can&apos;t be started by this one. It is kept for it.</numerusform>
            <numerusform>%n interrupted jobs were written by another version of Rulescope and can&apos;t be started by this one. They are kept for it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::desktop::NetworkJobs</name>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n network</numerusform>
            <numerusform>%n networks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::desktop::AnnotationCommands</name>
    <message numerus="yes">
        <source>%n session(s)</source>
        <translation>
            <numerusform>%n session</numerusform>
            <numerusform>%n sessions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n animal(s)</source>
        <translation>
            <numerusform>%n animal</numerusform>
            <numerusform>%n animals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n session(s)</source>
        <translation>
            <numerusform>Leave out %n session</numerusform>
            <numerusform>Leave out %n sessions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Take in %n session(s)</source>
        <translation>
            <numerusform>Take in %n session</numerusform>
            <numerusform>Take in %n sessions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::panels::NetworkPanel</name>
    <message numerus="yes">
        <source>%n network(s): about %1 of one processor, %2 of memory each</source>
        <translation>
            <numerusform>%n network: about %1 of one processor, %2 of memory</numerusform>
            <numerusform>%n networks: about %1 of one processor, %2 of memory each</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::desktop::DataExport</name>
    <message numerus="yes">
        <source>%n file(s) exported to %1</source>
        <translation>
            <numerusform>%n file exported to %1</numerusform>
            <numerusform>%n files exported to %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>plots</name>
    <message numerus="yes">
        <source>%Ln trial(s)</source>
        <translation>
            <numerusform>%Ln trial</numerusform>
            <numerusform>%Ln trials</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>rulescope::panels::FitPanel</name>
    <message numerus="yes">
        <source>%n animal(s) without a choice left out</source>
        <translation>
            <numerusform>%n animal without a choice left out</numerusform>
            <numerusform>%n animals without a choice left out</numerusform>
        </translation>
    </message>
</context>
</TS>
